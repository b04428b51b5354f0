# nightly.mk -- from a log of events to the lists that are served.
#
#	make -f nightly.mk -j2		a release, and `current` points to it
#	make -f nightly.mk rollback	back to the release before that one
#	make -f nightly.mk rollback TO=2026-11-20
#	make -f nightly.mk verify	are the files of `current` as released?
#
# Run it through ./nightly, which sees to it that only one runs.  What is made
# is in work/DATE until it is released.  Every program leaves whole files or
# none: after a crash the same command goes on where it was.

include settings.mk

DATE   ?= $(shell date +%F)
night   = work/$(DATE)
models  = ials ease
before := $(wildcard current)

# What a release holds.
files = lists.tsv.gz ials.st ease.st fusion.st clean.tsv.gz quality.json \
	metrics.json metrics.prom

# A run that ended after a release had got its name, and before it was served,
# has left the mark `named`.
release: $(files:%=$(night)/%)
	test ! -e releases/$(DATE) -o -e $(night)/named || \
	    { echo "there is a release $(DATE) already"; false; }
	rm -rf releases/.new
	mkdir -p releases/.new
	cp $^ releases/.new
	cd releases/.new && sha256sum -- * >SHA256SUMS && sync -- * .
	touch $(night)/named
	test -e releases/$(DATE) || mv releases/.new releases/$(DATE)
	rm -rf releases/.new
	$(call serve,$(DATE))
	rm -rf work
	cd releases && ls | sort -r | tail -n +$$(($(KEEP) + 1)) | \
	    grep -vxF $(DATE) | xargs -r rm -rf --

# Whoever reads `current` finds the old release or the new one.
serve = ln -sfn releases/$(1) .current && mv -T .current current

# --- the data -----------------------------------------------------------------

# How far the log has moved is asked of the release before, if there is one.
drift = $(if $(before),--baseline current/quality.json --max-drift $(MAX_DRIFT))

$(night)/clean.tsv.gz $(night)/quality.json &: $(LOG) | $(night)
	srs-clean $(COLUMNS) --weight $(WEIGHTS) --duplicates sum \
	    --min-user 3 --min-rows $(MIN_ROWS) --max-rejects $(MAX_REJECTS) \
	    $(drift) --report $(night)/quality.json \
	    -o $(night)/clean.tsv.gz $(LOG)

# The last of each user tests, the one before fits the fusion.
parts = train valid test
$(parts:%=$(night)/%.tsv.gz) &: $(night)/clean.tsv.gz
	srs-split --method leave-last --train $(night)/train.tsv.gz \
	    --valid $(night)/valid.tsv.gz --test $(night)/test.tsv.gz $<

# --- models -------------------------------------------------------------------

# A training that was interrupted goes on, if its data are still the same; a
# new one starts from the factors of the release before.
start = $(shell if [ $@.checkpoint -nt $< ]; then \
	echo --resume $@.checkpoint; elif [ -e current/$(@F) ]; then \
	echo --init current/$(@F); fi)

$(night)/ials.st: $(night)/train.tsv.gz
	srs-mf-train --method ials --factors $(FACTORS) $(start) \
	    --checkpoint $@.checkpoint -o $@ $<

$(night)/ease.st: $(night)/train.tsv.gz
	srs-knn-train --method ease -o $@ $<

# --- lists --------------------------------------------------------------------

# Those that fit the fusion, those that test it, and those that are served.
$(night)/%.valid.tsv.gz: $(night)/%.st $(night)/train.tsv.gz
	srs-topk -m $< -i $(night)/train.tsv.gz -k 100 -o $@

$(night)/%.test.tsv.gz: $(night)/%.valid.tsv.gz
	srs-topk -m $(night)/$*.st -i $(night)/train.tsv.gz \
	    -i $(night)/valid.tsv.gz -k 100 -o $@

$(night)/%.lists.tsv.gz: $(night)/%.st $(night)/clean.tsv.gz
	srs-topk -m $< -i $(night)/clean.tsv.gz -k 100 -o $@

$(night)/fusion.st: $(models:%=$(night)/%.valid.tsv.gz)
	srs-fuse --method zscore --fit $(night)/valid.tsv.gz --save $@ \
	    -o /dev/null $^

$(night)/fused.test.tsv.gz: $(night)/fusion.st $(models:%=$(night)/%.test.tsv.gz)
	srs-fuse --load $^ -o $@

$(night)/lists.tsv.gz: $(night)/fusion.st $(models:%=$(night)/%.lists.tsv.gz)
	srs-fuse --load $^ -k $(TOP) -o $@

# --- is it good enough? -------------------------------------------------------

# srs-eval writes its table even when a gate says no: it gets its name after.
drop = $(if $(before),--baseline ../../current/metrics.json --max-drop $(MAX_DROP))

$(night)/metrics.json $(night)/metrics.prom &: $(night)/fused.test.tsv.gz
	cd $(night) && srs-eval --truth test.tsv.gz --json \
	    --metrics ndcg@10,recall@20,coverage@10 --require '$(REQUIRE)' \
	    $(drop) --prometheus metrics.prom -o metrics.new fused.test.tsv.gz
	mv $(night)/metrics.new $(night)/metrics.json

# --- besides ------------------------------------------------------------------

$(night):
	mkdir -p $@

verify:
	cd current && sha256sum --quiet --check SHA256SUMS

TO ?= $(shell ls releases | sort | awk -v now="$$(basename "$$(readlink \
	current)")" '$$0 < now { last = $$0 } END { print last }')
rollback:
	test -n "$(TO)" || { echo "there is no release before"; false; }
	cd releases/$(TO) && sha256sum --quiet --check SHA256SUMS
	$(call serve,$(TO))

.PHONY: release verify rollback
.SECONDARY:
