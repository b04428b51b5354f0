# Blends of ratings: the members of RATERS on the folds of ml-100k, and what is
# made of them.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.  Blends are
# fitted to a tenth of the training ratings, on predictions of models that were
# trained without it.  bfm is trained ten times here and draws few samples;
# BFM= is for those of the table "folds".  fwls knows how many ratings users and
# items have.
#
# The RMSE of bfm, the best member, and of the weights: 0.8854 and 0.8840 on u1,
# 0.8712 and 0.8706, 0.8720 and 0.8718, 0.8782 and 0.8756, 0.8770 and 0.8748.

title_u1     = ml-100k, fold u1: ratings
title_blends = ml-100k, folds u1 .. u5: RMSE of blends beside their members, \
	each to be below the best member on every fold

u1:     $(call have,ml-100k,$(OUT)/u1.txt)
blends: $(call have,ml-100k,$(OUT)/blends.txt)

RATERS = sgd bfm item deepcf
BLENDS = weighted boost fwls
sgd    = srs-mf-train --method sgd
BFM    = --chains 2 --samples 96
bfm    = srs-mf-train --method bfm $(BFM)
item   = srs-knn-train --method item --feedback ratings
user   = srs-knn-train --method user --feedback ratings
deepcf = srs-nn-train --method deepcf --feedback ratings

# blended FOLD: u1, say
define blended
$(OUT)/$(1).fit.tsv: $(DATA)/ml-100k/$(1).train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-split -q --method random --valid-size 0 --test-size 0.1 \
	    --train $$@ --test $(OUT)/$(1).held.tsv $$<

$(OUT)/$(1).%.held: $(OUT)/$(1).fit.tsv
	$$($$*) -q -o $$@.st $$<
	srs-score -q -m $$@.st -o $$@ $(OUT)/$(1).held.tsv
	rm $$@.st

$(OUT)/$(1).%.test: $(DATA)/ml-100k/$(1).train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	$$($$*) -q -o $$@.st $$<
	srs-score -q -m $$@.st -o $$@ $(DATA)/ml-100k/$(1).test.tsv.gz
	rm $$@.st

$(OUT)/$(1).%.blend: $(RATERS:%=$(OUT)/$(1).%.held) \
    $(RATERS:%=$(OUT)/$(1).%.test)
	srs-fuse --ratings --method $$* --fit $(OUT)/$(1).held.tsv \
	    $$(if $$(filter fwls,$$*),-i $(OUT)/$(1).fit.tsv) \
	    --save $$@.st -o /dev/null $(RATERS:%=$(OUT)/$(1).%.held) \
	    2>$$@.log
	srs-fuse -q --load $$@.st \
	    $$(if $$(filter fwls,$$*),-i $(DATA)/ml-100k/$(1).train.tsv.gz) \
	    -o $$@ $(RATERS:%=$(OUT)/$(1).%.test)

$(OUT)/$(1).txt: $(RATERS:%=$(OUT)/$(1).%.test) \
    $(BLENDS:%=$(OUT)/$(1).%.blend)
	cd $(OUT) && srs-eval --ratings --metrics rmse,mae --tsv -o $$@ \
	    $$(notdir $$^)

$(OUT)/$(1).beside.txt: $(OUT)/$(1).txt beside
	$$(call beside,0,1,ratings,rmse,$(RATERS:%=$(1).%.test),\
	    $(BLENDS:%=$(1).%.blend)) >$$@
endef
UFOLDS = u1 u2 u3 u4 u5
$(foreach u,$(UFOLDS),$(eval $(call blended,$(u))))

# A line for each system: its folds, their mean, and of blends by how much they
# are better than the best member of a fold, in the fold where that is least.
$(OUT)/blends.txt: $(UFOLDS:%=$(OUT)/%.txt) $(UFOLDS:%=$(OUT)/%.beside.txt)
	awk -F'\t' -v members=$(words $(RATERS)) ' \
	    FNR == 1 { fold++; next } \
	    { sub(/^u[0-9]\./, "", $$1); name[FNR] = $$1; x[FNR, fold] = $$2; \
	      n = FNR } \
	    FNR - 1 <= members && (!(fold in best) || $$2 < best[fold]) { \
	      best[fold] = $$2 } \
	    END { printf "system"; for (f = 1; f <= fold; f++) \
	        printf "\tu%d", f; print "\tmean\tleast gain"; \
	      for (i = 2; i <= n; i++) { \
	        sum = 0; least = 9; printf "%s", name[i]; \
	        for (f = 1; f <= fold; f++) { \
	          printf "\t%.4f", x[i, f]; sum += x[i, f]; \
	          if (best[f] - x[i, f] < least) least = best[f] - x[i, f] } \
	        printf "\t%.4f", sum / fold; \
	        print (i - 1 > members ? sprintf("\t%+.4f", least) : "") } }' \
	    $(filter-out %.beside.txt,$^) | column -t -s '	' >$@
	echo >>$@
	awk 'NR == 1 || FNR > 1' $(filter %.beside.txt,$^) >>$@
