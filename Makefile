# srs -- Unix filters for search and recommendation.
#
#	make                 the programs, in build/
#	make demo            the whole pipeline on a synthetic shop
#	make demo DATA=DIR   the same on MovieLens 100K (DIR holds u.data)
#	make test            every test, and again under ASan and UBSan
#	make check           what must hold of the source: layers, words, docs
#	make docs            options in man pages and completions, from the tables
#	make install         honours PREFIX and DESTDIR; also uninstall, clean
#	make fuzz SECONDS=20 every reader of files on inputs that break things
#	make faults N=200    every tool killed, without memory or disk, with
#	                     damaged files; one: CASE=srs-topk
#	make coverage        lines of lib/ that the tests run through
#	make lint            clang-tidy and cppcheck over lib/ and cmd/
#	make tsan            tests of the library with ThreadSanitizer
#	make valgrind        the same in valgrind
#	make arm64           the programs for arm64, kernels tested by qemu
#	make dist, make deb  the sources packed; a Debian package
#	make experiments     long quality runs on real data (tests/experiments)
#	make bench-data      the data tools beside others on 20 M ratings; one
#	                     part: JOBS="parse csv", quickly: ROWS=1000000
#	make bench-eval      metrics of large lists, quickly: USERS=10000
#	make bench-topk      lists beside FAISS and hnswlib; one part:
#	                     JOBS=lists, quickly: USERS=20000
#	make bench-nn        training of networks beside PyTorch; one part:
#	                     JOBS="deepcf fm", quickly: ROWS=100000
#	make bench-fuse      lists of five models made one; quickly: USERS=5000
#	make bench-trees     boosted trees beside LightGBM; quickly: ROWS=100000
#
# SANITIZE=1 builds with ASan and UBSan, in build/sanitize; CC=clang works; V=1
# shows the commands.  GZIP=zlib does without ISA-L, in build/zlib.

VERSION = 0.1.0
PREFIX  = /usr/local
DESTDIR =
CC      = cc
CFLAGS  = -O3 -g
LDFLAGS = -Wl,--as-needed
BUILD   = build

bindir  = $(PREFIX)/bin
mandir  = $(PREFIX)/share/man
pkgdir  = $(PREFIX)/share/srs
docdir  = $(PREFIX)/share/doc/srs
bashdir = $(PREFIX)/share/bash-completion/completions
zshdir  = $(PREFIX)/share/zsh/site-functions
fishdir = $(PREFIX)/share/fish/vendor_completions.d

# ISA-L where there is one.  Objects are the same but for flate.o, which says
# which libraries for gzip there are: a forced choice links beside the other.
GZIP_HERE := $(shell pkg-config --exists libisal 2>/dev/null && echo isal || \
	echo zlib)
GZIP = $(GZIP_HERE)

PKG  = $(if $(filter isal,$(GZIP)),libisal) zlib openblas libcjson libxxhash \
	nettle libutf8proc gsl
WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wcast-qual
INCLUDE := $(shell pkg-config --cflags-only-I $(PKG) 2>/dev/null)
ALL_CPPFLAGS = -Ilib -I. -D_GNU_SOURCE -DSRS_VERSION='"$(VERSION)"' -MMD -MP \
	$(INCLUDE) $(CPPFLAGS)
# Compilers differ in whether they fuse a product and a sum by themselves.
ALL_CFLAGS = -std=c11 -pthread -ffp-contract=off $(WARN) $(CFLAGS)
LDLIBS := $(shell pkg-config --libs $(PKG) 2>/dev/null) -lcsv -lm
# There are many tests to link: lld takes half of the time.
QUICK_LD := $(if $(shell command -v ld.lld),-fuse-ld=lld)

ifdef SANITIZE
CFLAGS = -O1 -g -fno-omit-frame-pointer
BUILD  = build/sanitize
ALL_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS += $(QUICK_LD)
endif

OBJ := $(BUILD)
ifneq ($(GZIP),$(GZIP_HERE))
BUILD := $(BUILD)/$(GZIP)
endif

# What is run is long and always the same: its name is enough.
ifndef V
say = @printf '  %-4s %s\n' $(1) $@;
endif
CORES = $(shell nproc)

TOOLS = $(patsubst cmd/%.c,%,$(wildcard cmd/srs-*.c))
FLATE = lib/io/flate.c $(if $(filter isal,$(GZIP)),,lib/io/flate_isal.c)
LIB   = $(patsubst %.c,$(OBJ)/%.o,$(filter-out $(FLATE),$(wildcard lib/*/*.c))) \
	$(BUILD)/flate.o
REF   = $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/ref/*.c))
FUZZ_TARGETS = $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/fuzz/*.c))
BENCH = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
UNITS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
BATS  = $(wildcard tests/bats/*.bats)

all: $(TOOLS:%=$(BUILD)/%)

$(BUILD)/%: $(OBJ)/cmd/%.o $(BUILD)/libsrs.a
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(UNITS): $(BUILD)/%: $(OBJ)/%.o $(REF) $(BUILD)/libsrs.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(QUICK_LD) -o $@ \
	    $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(LDLIBS)

# Has what libFuzzer calls of every target in it.
$(BUILD)/tests/unit/test_fuzz: $(FUZZ_TARGETS)
$(FUZZ_TARGETS): ALL_CPPFLAGS += -DLLVMFuzzerTestOneInput=target_$(notdir $*)

$(BUILD)/tests/bench/%: $(OBJ)/tests/bench/%.o $(BUILD)/libsrs.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libsrs.a: $(LIB)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

# Kernels may fuse a product and a sum; the order of sums is written out.
KERNELS = lib/linalg/gather.o lib/linalg/gauss.o lib/linalg/normal.o \
	lib/mf/bfmchain.o lib/mf/bfmparams.o lib/mf/sgd.o lib/mf/bpr.o \
	lib/mf/sampledbatch.o lib/mf/ssm.o lib/nn/contest.o lib/nn/kernel.o \
	lib/nn/kernelcells.o lib/nn/kernelrows.o
$(KERNELS:%=$(OBJ)/%): ALL_CFLAGS += -ffp-contract=fast

$(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/flate.o: lib/io/flate.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CPPFLAGS) $(if $(filter isal,$(GZIP)),-DSRS_ISAL) \
	    $(ALL_CFLAGS) -c -o $@ $<

units: $(UNITS) $(BUILD)/tests/faults/fault.so

# Preloaded by tests/faults; not part of any program, and never sanitized.
$(BUILD)/tests/faults/fault.so: tests/faults/fault.c Makefile
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g $(WARN) -fPIC -shared \
	    -o $@ $<

# What reads and writes files, for the tests of the library that was not chosen.
other-gzip: $(BUILD)/srs-clean $(BUILD)/tests/unit/test_streams \
	$(BUILD)/tests/unit/test_gzip

# --- tests ------------------------------------------------------------------

test:
	@tests/need build test
	@$(MAKE) --no-print-directory -j$(CORES) all units
	@$(MAKE) --no-print-directory -j$(CORES) SANITIZE=1 all units
	@$(MAKE) --no-print-directory -j$(CORES) GZIP=zlib other-gzip
	@tests/run-all

# One build only, for work in progress: make quick T=tests/bats/clean.bats
quick: all units
	@tests/run $(BUILD) $(or $(T),$(UNITS) $(BATS))

check: check-layers check-words check-docs

check-layers check-words:
	@tests/$@

check-docs: all
	@tests/docs $(BUILD) --check

docs: all
	@tests/docs $(BUILD)

demo:
	@tests/need build
	@$(MAKE) --no-print-directory -j$(CORES) all
	@tests/demo $(BUILD) $(DATA)

SECONDS = 20
FUZZ = -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
FUZZED = $(filter lib/base/% lib/cli/% lib/data/% lib/io/% lib/linalg/% \
	lib/all/itemwhere.c lib/all/searchranges.c, \
	$(filter-out $(FLATE),$(wildcard lib/*/*.c)))
fuzz:
	@tests/whole SECONDS "$(SECONDS)"
	@tests/need build fuzz
	@$(MAKE) --no-print-directory -j$(CORES) CC=clang BUILD=build/fuzz \
	    LIB="$(FUZZED:%.c=build/fuzz/%.o) build/fuzz/flate.o" \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer $(FUZZ)" build/fuzz/libsrs.a
	@$(MAKE) --no-print-directory -j$(CORES) -f tests/fuzz/Makefile PKG="$(PKG)" \
	    SECONDS=$(SECONDS)

N = 200
faults:
	@tests/whole N "$(N)"
	@$(MAKE) --no-print-directory -j$(CORES) all units
	@WHAT="$(WHAT)" tests/faults/run $(BUILD) $(N) $(CASE)

# Counts of threads that run side by side are all kept.
COVERAGE = -O1 -g --coverage -fprofile-update=atomic
coverage:
	@tests/need build test
	@$(MAKE) --no-print-directory -j$(CORES) BUILD=build/coverage \
	    CFLAGS="$(COVERAGE)" all units
	@find build/coverage -name '*.gcda' -delete
	-@tests/run build/coverage $(UNITS:$(BUILD)/%=build/coverage/%) $(BATS)
	@tests/coverage build/coverage

# All programs and unit tests for arm64; those of kernels, of numbers and of
# streams run there, by qemu-user.  T=... chooses others, as T="fuse opt".
ARM = $(abspath build/arm64)
ARM_DIR = /usr/lib/aarch64-linux-gnu
ARM_TESTS = amx base bfm blocks coarse contest csr dot8 gauss gemm gzip ials \
	linalg nearest nn_fit nn_norm nn_ops nn_step normal num pipe put \
	ratingrow rsvd sampled sgd sieve similarity slim streams topk tree
arm64:
	@tests/need arm64
	@tests/arm64 $(ARM)/root
	@PKG_CONFIG_SYSROOT_DIR=$(ARM)/root \
	    PKG_CONFIG_LIBDIR=$(ARM)/root$(ARM_DIR)/pkgconfig:$(ARM)/root$(ARM_DIR)/openblas-pthread/pkgconfig \
	    $(MAKE) --no-print-directory -j$(CORES) BUILD=build/arm64 \
	    CC="aarch64-linux-gnu-gcc --sysroot=$(ARM)/root" \
	    AR=aarch64-linux-gnu-ar all units
	@UNDER="qemu-aarch64 -L $(ARM)/root -E LD_LIBRARY_PATH=$(ARM_DIR)/openblas-pthread" \
	    tests/run build/arm64 $(patsubst %,build/arm64/tests/unit/test_%,$(or $(T),$(ARM_TESTS)))

lint:
	@tests/need build lint
	@$(MAKE) --no-print-directory -k -j$(CORES) -f tests/lint/Makefile \
	    PKG="$(PKG)"

# T="build/tsan/tests/unit/test_pipe tests/bats/split.bats" is others.
tsan:
	@tests/need build test
	@$(MAKE) --no-print-directory -j$(CORES) BUILD=build/tsan \
	    CFLAGS="-O1 -g -fsanitize=thread" all units
	@tests/run build/tsan $(or $(T),$(UNITS:$(BUILD)/%=build/tsan/%))

VALGRIND = valgrind -q --error-exitcode=9 --leak-check=full \
	--show-leak-kinds=definite --errors-for-leak-kinds=definite
valgrind: all units
	@tests/need test valgrind
	@UNDER="$(VALGRIND)" tests/run $(BUILD) $(or $(T),$(UNITS))

experiments: all
	$(MAKE) -C tests/experiments BUILD=$(abspath $(BUILD)) table

# Rates of the kernels of srs-knn-train; PEER is a program that does the same on
# what is left in its first argument, for as many items as its second says;
# IMPLICIT=/path/to/what/has/the/package is one more.  Then whole runs.
# BENCH_KNN=27278,138493,100 is what it says of a MovieLens-20M-like set;
# JOBS="gowalla movielens large" chooses among the whole runs, JOBS=none is none.
BENCH_KNN = 4000,6000,150 20000,60000,100
PEER      = $(if $(wildcard /usr/lib/python3/dist-packages/scipy),tests/bench/knn.py)

comma = ,
bench-knn: all $(BENCH)
	@mkdir -p $(BUILD)/bench
	@for b in $(BENCH_KNN); do set -- $$(echo $$b | tr $(comma) ' ') && \
	    $(BUILD)/tests/bench/knn $$1 $$2 $$3 $(BUILD)/bench && \
	    if [ -n "$(PEER)" ]; then echo "$(PEER)" && \
	    OPENBLAS_NUM_THREADS=$(CORES) IMPLICIT=$(IMPLICIT) \
	    $(PEER) $(BUILD)/bench $$1; fi || \
	    exit 1; done
	@[ "$(JOBS)" = none ] || tests/bench/knn.sh $(abspath $(BUILD)) $(JOBS)

# Interactions per second of srs-mf-train, and seconds to the same NDCG; peers
# are LIBMF=/path/mf-train, IRSPACK=sources, IMPLICIT=where it is imported from;
# METHODS="sgd ials bpr" and FACTORS="64 128" choose.
BENCH_MF = 1000000
bench-mf: all $(BUILD)/tests/bench/ratings
	@for rows in $(BENCH_MF); do tests/bench/mf.sh $(abspath $(BUILD)) \
	    $$rows || exit 1; done

# The data tools beside others.
bench-data:
	@tests/need build bench
	@$(MAKE) --no-print-directory -j$(CORES) all $(BENCH)
	@tests/bench/data $(abspath $(BUILD)) $(JOBS)

# Lists a second, beside FAISS and hnswlib: JOBS="lists weights large" chooses,
# USERS ITEMS FACTORS and more of tests/bench/topk.sh are its sizes.
bench-topk: all $(BENCH)
	@tests/bench/topk.sh $(abspath $(BUILD)) $(JOBS)

# Training of networks, beside PyTorch: JOBS="deepcf sasrec" chooses, ROWS and
# EPOCHS of tests/bench/nn.sh are its sizes.
bench-nn: all $(BENCH)
	@tests/bench/nn.sh $(abspath $(BUILD)) $(JOBS)

# Boosted trees, beside LIGHTGBM=program and XGBOOST=program: JOBS="logistic" or
# "lambdamart" chooses,
# ROWS TREES RATE of tests/bench/trees.sh are its sizes.
bench-trees: all $(BUILD)/tests/bench/trees
	@tests/bench/trees.sh $(abspath $(BUILD)) $(JOBS)

# Lists fused while they are read: JOBS="zscore rrf" chooses, USERS is the size.
bench-fuse: all $(BENCH)
	@tests/bench/fuse.sh $(abspath $(BUILD)) $(JOBS)

# Seconds of srs-eval; TREC_EVAL=program is measured too, USERS is the size.
bench-eval: all
	@tests/bench/eval.sh $(abspath $(BUILD))

# --- installing -------------------------------------------------------------

MAN1 = $(wildcard man/*.1)
MAN5 = $(wildcard man/*.5)
MAN7 = $(wildcard man/*.7)
NIGHTLY = $(wildcard tests/nightly/*)
SHELLS = $(wildcard completions/bash/* completions/zsh/* completions/fish/*)

install: all
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 \
	    $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man7 \
	    $(DESTDIR)$(bashdir) $(DESTDIR)$(zshdir) $(DESTDIR)$(fishdir) \
	    $(DESTDIR)$(pkgdir)
	install $(TOOLS:%=$(BUILD)/%) $(DESTDIR)$(bindir)
	$(if $(MAN1),install -m 644 $(MAN1) $(DESTDIR)$(mandir)/man1)
	$(if $(MAN5),install -m 644 $(MAN5) $(DESTDIR)$(mandir)/man5)
	$(if $(MAN7),install -m 644 $(MAN7) $(DESTDIR)$(mandir)/man7)
	install -m 644 tests/experiments/experiments.mk $(DESTDIR)$(pkgdir)
	install -d $(DESTDIR)$(docdir)/nightly
	install -m 644 $(NIGHTLY) $(DESTDIR)$(docdir)/nightly
	chmod 755 $(DESTDIR)$(docdir)/nightly/nightly
	install -m 644 completions/bash/* $(DESTDIR)$(bashdir)
	install -m 644 completions/zsh/* $(DESTDIR)$(zshdir)
	install -m 644 completions/fish/* $(DESTDIR)$(fishdir)

uninstall:
	cd $(DESTDIR)$(bindir) && rm -f $(TOOLS)
	cd $(DESTDIR)$(mandir) && rm -f $(patsubst man/%,man1/%,$(MAN1)) \
	    $(patsubst man/%,man5/%,$(MAN5)) $(patsubst man/%,man7/%,$(MAN7))
	rm -f $(DESTDIR)$(pkgdir)/experiments.mk
	rmdir $(DESTDIR)$(pkgdir) 2>/dev/null || :
	cd $(DESTDIR)$(docdir)/nightly && rm -f $(notdir $(NIGHTLY))
	cd $(DESTDIR)$(bashdir) && rm -f $(notdir $(filter %,$(wildcard completions/bash/*)))
	cd $(DESTDIR)$(zshdir) && rm -f $(notdir $(wildcard completions/zsh/*))
	cd $(DESTDIR)$(fishdir) && rm -f $(notdir $(wildcard completions/fish/*))

# Of what was committed.
dist:
	@mkdir -p build
	git archive --prefix=srs-$(VERSION)/ HEAD | gzip -9n \
	    >build/srs-$(VERSION).tar.gz

deb: all
	@MAKE="$(MAKE)" tests/deb $(BUILD) $(VERSION)

clean:
	rm -rf build

.PHONY: all units other-gzip test quick check check-layers check-words check-docs docs arm64 \
	bench-data bench-eval bench-fuse bench-knn bench-mf bench-nn bench-topk \
	bench-trees coverage deb demo dist experiments faults fuzz install \
	lint tsan uninstall valgrind clean
.SECONDARY:
-include $(wildcard $(BUILD)/*.d $(OBJ)/cmd/*.d $(OBJ)/lib/*/*.d $(OBJ)/tests/*/*.d)
