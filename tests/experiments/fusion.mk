# Fusion of lists: of several models on ml-1m-seq, of candidates on ml-1m-ncf.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.  Fusions are
# fitted to validation rows, which models were not trained on (sasrec chose its
# number of epochs by them); the tables are of test rows.
#
#	make -C tests/experiments fusion MEMBERS="markov ials ease item popular"

title_fusion  = ml-1m-seq: fusions of $(MEMBERS) beside each of them
title_useless = ml-1m-seq: what one more member costs, random or there already
title_fusedncf = ml-1m-ncf: fusions of $(NCFUSED) beside each of them

fusion:   $(call have,ml-1m-seq,$(OUT)/fusion.txt)
useless:  $(call have,ml-1m-seq,$(OUT)/useless.txt)
fusedncf: $(call have,ml-1m-ncf,$(OUT)/fusedncf.txt)

MEMBERS = sasrec ials ease item popular
LEARNED = zscore nnls ridge logistic simplex hedge lambdamart
FUSIONS = rrf $(LEARNED)
SEQ         = $(DATA)/ml-1m-seq
seq.ials    = srs-mf-train --method ials
seq.ease    = srs-knn-train --method ease
seq.item    = srs-knn-train --method item
seq.popular = srs-knn-train --method popular
seq.markov  = srs-knn-train --method markov
seq.random  = srs-knn-train --method random
seq.sasrec  = srs-nn-train --method sasrec $(sequence.sasrec) \
	--valid $(SEQ)/valid.tsv.gz

$(OUT)/seq.%.st: $(SEQ)/train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	$(seq.$*) -q -o $@ $<

$(OUT)/seq.%.valid.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -k 100 -o $@

$(OUT)/seq.%.test.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -i $(SEQ)/valid.tsv.gz \
	    -k 100 -o $@

# fused TABLE MEMBERS: the fusions of some members
define fused
$(OUT)/$(1).%.st: $(2:%=$(OUT)/seq.%.valid.gz)
	srs-fuse --method $$* --fit $(SEQ)/valid.tsv.gz --save $$@ \
	    -o /dev/null $$+ 2>$(OUT)/$(1).$$*.log

$(OUT)/$(1).%.test.gz: $(OUT)/$(1).%.st $(2:%=$(OUT)/seq.%.test.gz)
	srs-fuse -q --load $$< -k 100 -o $$@ $(2:%=$(OUT)/seq.%.test.gz)
endef

$(eval $(call fused,fusion,$(MEMBERS)))
$(eval $(call fused,random,$(MEMBERS) random))
$(eval $(call fused,twin,$(MEMBERS) $(firstword $(MEMBERS))))

# Each line is tested against the first, the best of the members.
$(OUT)/fusion.txt: $(MEMBERS:%=$(OUT)/seq.%.test.gz) \
    $(FUSIONS:%=$(OUT)/fusion.%.test.gz)
	cd $(OUT) && srs-eval --truth $(SEQ)/test.tsv.gz --compare \
	    --metrics ndcg@10,hr@10 -o $@ $(notdir $^)

# Of each method three lines: as it is, with a random member, with a twin.
$(OUT)/useless.txt: $(foreach m,$(LEARNED),$(OUT)/fusion.$(m).test.gz \
    $(OUT)/random.$(m).test.gz $(OUT)/twin.$(m).test.gz)
	srs-eval -q --truth $(SEQ)/test.tsv.gz --metrics ndcg@10 --tsv $^ | \
	    tail -n +2 | awk -F'\t' -v methods="$(LEARNED)" ' \
	    BEGIN { split(methods, m, " "); \
	    print "method\tndcg@10\trandom\tchange %\ttwin\tchange %" } \
	    { x[NR % 3] = $$2 } NR % 3 == 0 { printf \
	    "%s\t%.4f\t%.4f\t%+.2f\t%.4f\t%+.2f\n", m[NR / 3], x[1], x[2], \
	    100 * (x[2] / x[1] - 1), x[0], 100 * (x[0] / x[1] - 1) }' >$@

# --- ml-1m-ncf ----------------------------------------------------------------
#
# There are no times in the training rows: what is held out for the fusions is
# one row of each user, drawn, with candidates as the test has them.  Members
# for the held-out rows are trained without them.

NCFUSED    = ease ials item popular
NCFFUSIONS = rrf zscore nnls logistic lambdamart

$(OUT)/ncf.held.tsv.gz: $(NCF)/train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-split -q --method leave-random --train $(OUT)/ncf.fit.tsv.gz \
	    --test $@ --candidates $(OUT)/ncf.asked.tsv.gz $<

$(OUT)/ncf.%.held.gz: $(OUT)/ncf.held.tsv.gz
	$(if $(filter item,$*),$(items),$($*)) -q -o $@.st \
	    $(OUT)/ncf.fit.tsv.gz
	srs-score -q -m $@.st -i $(OUT)/ncf.fit.tsv.gz -o $@ \
	    $(OUT)/ncf.asked.tsv.gz
	rm $@.st

$(OUT)/fusedncf.%.gz: $(NCFUSED:%=$(OUT)/ncf.%.held.gz) \
    $(NCFUSED:%=$(OUT)/ncf.%.test.gz)
	srs-fuse --method $* --fit $(OUT)/ncf.held.tsv.gz --save $@.st \
	    -o /dev/null $(NCFUSED:%=$(OUT)/ncf.%.held.gz) 2>$@.log
	srs-fuse -q --load $@.st -o $@ $(NCFUSED:%=$(OUT)/ncf.%.test.gz)

$(OUT)/fusedncf.txt: $(NCFUSED:%=$(OUT)/ncf.%.test.gz) \
    $(NCFFUSIONS:%=$(OUT)/fusedncf.%.gz)
	cd $(OUT) && srs-eval --truth $(NCF)/test.tsv.gz --compare \
	    --metrics hr@10,ndcg@10 -o $@ $(notdir $^)
