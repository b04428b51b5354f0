# make dist and make deb: what others build and install from.

load lib

@test "make deb: a package that has all, needs what it is linked with, and runs" {
	need_speed
	command -v dpkg-shlibdeps || skip "no dpkg-dev"
	git -C "$SRS_ROOT" rev-parse || skip "no history to date it by"
	deb=$(DPKG_DEB_COMPRESSOR_TYPE=gzip DPKG_DEB_COMPRESSOR_LEVEL=1 make -s -C "$SRS_ROOT" deb \
	    BUILD="$SRS_BUILD")
	dpkg-deb --field "$deb" Depends | grep -q 'libopenblas.*'
	dpkg-deb --extract "$deb" root
	for c in "$SRS_ROOT"/cmd/srs-*.c; do
		tool=$(basename "$c" .c)
		"root/usr/bin/$tool" --version
		gzip -t "root/usr/share/man/man1/$tool.1.gz"
	done
	[ -x root/usr/share/doc/srs/nightly/nightly ]
}

@test "make deb: lintian finds no error" {
	need_speed
	command -v lintian || skip "no lintian"
	run -0 lintian --fail-on error "$SRS_BUILD"/srs_*.deb
}

@test "make dist: what was committed" {
	need_speed
	git -C "$SRS_ROOT" rev-parse || skip "no history to pack"
	make -s -C "$SRS_ROOT" dist
	version=$(srs-info --version | cut -d ' ' -f 2)
	tar -tzf "$SRS_ROOT/build/srs-$version.tar.gz" | grep -v '/$' |
	    sed "s|^srs-$version/||" | sort >have
	git -C "$SRS_ROOT" ls-tree -r --name-only HEAD | sort | diff - have
}
