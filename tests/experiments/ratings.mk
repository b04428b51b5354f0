# Ratings: sgd, bfm and deepcf, without and with tables of users and items, on
# all folds of ml-100k; sgd and bfm on those of ml-1m, on random tenths of it;
# and bfm's ordered probit with all that is known of ml-100k.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.

title_folds  = ml-100k, folds u1 .. u5: mean of the RMSE
title_probit = ml-100k, fold u1: ordered probit, with features
title_ml1m   = ml-1m, five folds: mean of the RMSE
title_tenths = ml-1m, five random tenths: mean of the RMSE

folds:  $(call have,ml-100k,$(OUT)/folds.txt)
probit: $(call have,ml-100k,$(OUT)/probit.txt)
ml1m:   $(call have,ml-1m,$(OUT)/ml1m.txt)
tenths: $(call have,ml-1m,$(OUT)/tenths.txt)

SPLITS     = 1 2 3 4 5
folds.sgd  = srs-mf-train --method sgd
folds.bfm  = srs-mf-train --method bfm
folds.deepcf = srs-nn-train --method deepcf --feedback ratings
folds.tables = $(folds.deepcf) --user-features $(OUT)/users.tsv \
    --item-features $(OUT)/items.tsv
ml1m.sgd   = $(folds.sgd)
# A million ratings take fewer samples: half a minute of a core for a fold, two
# for a tenth, which needs more factors: on a tenth held out of the training
# rows of the first, 96 samples have an RMSE of 0.8270, 192 of 0.8252, and 96
# with --likelihood probit 0.8253.
ml1m.bfm   = $(folds.bfm) --chains 2 --samples 64
tenths.bfm = $(folds.bfm) --chains 2 --factors 32 --samples 192

# split TABLE N TRAIN TEST METHOD: how the predictions of one split are made
define split
$(OUT)/$(1).$(2).$(5).test: $(3) $(4) $(TOOLS)
	@mkdir -p $(OUT)
	$$($(1).$(5)) -q -o $$@.st $(3)
	srs-score -q -m $$@.st -o $$@ $(4)
	rm $$@.st
endef

# mean TABLE METHODS: the mean RMSE of each over the splits
define mean
$(OUT)/$(1).txt: $(foreach m,$(2),$(SPLITS:%=$(OUT)/$(1).%.$(m).test))
	for m in $(2); do srs-eval -q --ratings --metrics rmse --tsv \
	    $(OUT)/$(1).[1-5].$$$$m.test | tail -n +2 | awk -v m=$$$$m '{ s += \
	    $$$$NF; n++ } END { printf "%s\t%.4f\n", m, s / n }'; done >$$@
endef

FOLD100K = $(DATA)/ml-100k/u
FOLDED   = sgd bfm deepcf tables
$(foreach m,$(FOLDED),$(foreach n,$(SPLITS),$(eval $(call split,folds,$(n),\
    $(FOLD100K)$(n).train.tsv.gz,$(FOLD100K)$(n).test.tsv.gz,$(m)))))
$(eval $(call mean,folds,$(FOLDED)))
$(SPLITS:%=$(OUT)/folds.%.tables.test): $(OUT)/users.tsv $(OUT)/items.tsv

# The training part of a fold of ml-1m is what is not in its test part.
ML1M = $(DATA)/ml-1m
$(OUT)/ml1m.%.train.tsv: $(ML1M)/interactions.tsv.gz $(ML1M)/fold%.test.tsv.gz
	@mkdir -p $(OUT)
	gunzip -c $(ML1M)/fold$*.test.tsv.gz | awk -F'\t' \
	    'NR == FNR { test[$$1, $$2]; next } !(($$1, $$2) in test)' \
	    - <(gunzip -c $<) >$@
$(OUT)/ml1m.%.train.tsv: SHELL = bash
$(foreach m,sgd bfm,$(foreach n,$(SPLITS),$(eval $(call split,ml1m,$(n),\
    $(OUT)/ml1m.$(n).train.tsv,$(ML1M)/fold$(n).test.tsv.gz,$(m)))))
$(eval $(call mean,ml1m,sgd bfm))

$(OUT)/tenth.%.train.tsv: $(ML1M)/interactions.tsv.gz
	@mkdir -p $(OUT)
	srs-split -q --method random --valid-size 0 --test-size 0.1 \
	    --seed $* --train $@ --test $(OUT)/tenth.$*.test.tsv $<
$(OUT)/tenth.%.test.tsv: $(OUT)/tenth.%.train.tsv ;
$(foreach n,$(SPLITS),$(eval $(call split,tenths,$(n),\
    $(OUT)/tenth.$(n).train.tsv,$(OUT)/tenth.$(n).test.tsv,bfm)))
$(eval $(call mean,tenths,bfm))

# --- probit -------------------------------------------------------------------

$(OUT)/users.tsv: $(DATA)/ml-100k/u.user
	@mkdir -p $(OUT)
	awk -F'|' -v OFS='\t' 'BEGIN { print "user_id:token", "age:token", \
	    "gender:token", "occupation:token", "zip:token" } \
	    { print $$1, int($$2 / 5), $$3, $$4, substr($$5, 1, 2) }' $< >$@

$(OUT)/items.tsv: $(DATA)/ml-100k/u.item
	@mkdir -p $(OUT)
	awk -F'|' -v OFS='\t' 'BEGIN { print "item_id:token", "year:token", \
	    "genre:token_seq" } { g = ""; for (i = 6; i <= 24; i++) if ($$i == \
	    1) g = g (g == "" ? "" : " ") i; print $$1, substr($$3, 8), g }' \
	    $< >$@

$(OUT)/probit.test: $(FOLD100K)1.train.tsv.gz $(OUT)/users.tsv \
    $(OUT)/items.tsv $(TOOLS)
	srs-mf-train -q --method bfm --likelihood probit \
	    --user-features $(OUT)/users.tsv --item-features $(OUT)/items.tsv \
	    -o $@.st $<
	srs-score -q -m $@.st -o $@ $(FOLD100K)1.test.tsv.gz

$(OUT)/probit.txt: $(OUT)/probit.test
	cd $(OUT) && srs-eval --ratings --metrics rmse,mae -o $@ $(notdir $^)
