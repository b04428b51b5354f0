# Fusion: lists of several models made one on ml-1m-seq.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.  Fusions are
# fitted to the last item but one of each user, which models were not trained
# on; the table is of the last.
#
#	make -C tests/experiments fusion MEMBERS="markov ials ease item popular"

title_fusion  = ml-1m-seq: fusions of $(MEMBERS) beside each of them
title_useless = ml-1m-seq: the same with one more that is random

fusion:  $(call have,ml-1m-seq,$(OUT)/fusion.txt)
useless: $(call have,ml-1m-seq,$(OUT)/useless.txt)

MEMBERS    = sasrec ials ease item popular
FUSIONS    = rrf zscore logistic lambdamart
SEQ        = $(DATA)/ml-1m-seq
seq.ials    = srs-mf-train --method ials
seq.ease    = srs-knn-train --method ease
seq.item    = srs-knn-train --method item
seq.popular = srs-knn-train --method popular
seq.markov  = srs-knn-train --method markov
seq.random  = srs-knn-train --method random
seq.sasrec  = srs-nn-train --method sasrec

$(OUT)/seq.%.st: $(SEQ)/train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	$(seq.$*) -q -o $@ $<

$(OUT)/seq.%.valid.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -k 100 -o $@

$(OUT)/seq.%.test.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -i $(SEQ)/valid.tsv.gz \
	    -k 100 -o $@

# fused TABLE MEMBERS: the fusions of some members, and the table; each line is
# tested against the first, the best of the members
define fused
$(OUT)/$(1).%.st: $(2:%=$(OUT)/seq.%.valid.gz)
	srs-fuse --method $$* --fit $(SEQ)/valid.tsv.gz --save $$@ \
	    -o /dev/null $$^ 2>$(OUT)/$(1).$$*.log

$(OUT)/$(1).%.test.gz: $(OUT)/$(1).%.st $(2:%=$(OUT)/seq.%.test.gz)
	srs-fuse -q --load $$< -k 100 -o $$@ $(2:%=$(OUT)/seq.%.test.gz)

$(OUT)/$(1).txt: $(2:%=$(OUT)/seq.%.test.gz) \
    $(FUSIONS:%=$(OUT)/$(1).%.test.gz)
	cd $(OUT) && srs-eval --truth $(SEQ)/test.tsv.gz --compare \
	    --metrics ndcg@10,hr@10 -o $$@ $$(notdir $$^)
endef

$(eval $(call fused,fusion,$(MEMBERS)))
$(eval $(call fused,useless,$(MEMBERS) random))
