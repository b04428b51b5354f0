# Fusion of lists: of several models on ml-1m-seq, of candidates on ml-1m-ncf.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.  Fusions are
# fitted to validation rows, which models were not trained on (sasrec chose its
# number of epochs by them); the tables are of test rows.
#
#	make -C tests/experiments fusion MEMBERS="markov ials ease item popular"
#
# On ml-1m-seq sasrec alone has an NDCG@10 of 0.1762; of fusions zscore is best
# on the validation rows (0.1934 beside 0.1874, lambdamart 0.1926), and has
# 0.1874 on the test rows, 6.4 % more (p 0.0005); lambdamart 0.1896, logistic
# 0.1882; listwise, simplex and robust are 4 to 5 % above.  On ml-1m-ncf the best
# members have an HR@10 of 0.7232 and an NDCG@10 of 0.4491, lambdamart 0.7339 and
# 0.4575.

title_fusion  = ml-1m-seq: fusions of $(MEMBERS), to be 5 % above the best
title_useless = ml-1m-seq: what one more member costs, random (0.2 % at most) \
	or there already (nothing)
title_fusedncf = ml-1m-ncf: fusions of $(NCFUSED), to be above the best in both

fusion:   $(call have,ml-1m-seq,$(OUT)/fusion.txt)
useless:  $(call have,ml-1m-seq,$(OUT)/useless.txt)
fusedncf: $(call have,ml-1m-ncf,$(OUT)/fusedncf.txt)

MEMBERS = sasrec ials ease item popular
LEARNED = zscore nnls ridge logistic listwise simplex hedge robust segments \
	fwls gate mlp lambdamart
FUSIONS = rrf $(LEARNED)
FOLDS   = 3
SEQ         = $(DATA)/ml-1m-seq
seq.ials    = srs-mf-train --method ials
seq.ease    = srs-knn-train --method ease
seq.item    = srs-knn-train --method item
seq.popular = srs-knn-train --method popular
seq.markov  = srs-knn-train --method markov
seq.random  = srs-knn-train --method random

# The long training is that of sequences.mk.
$(OUT)/seq.sasrec.st: $(OUT)/sequences.1m.sasrec.train.st
	cp $< $@

$(OUT)/seq.%.st: $(SEQ)/train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	$(seq.$*) -q -o $@ $<

$(OUT)/seq.%.valid.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -k 100 -o $@

$(OUT)/seq.%.test.gz: $(OUT)/seq.%.st
	srs-topk -q -m $< -i $(SEQ)/train.tsv.gz -i $(SEQ)/valid.tsv.gz \
	    -k 100 -o $@

# Methods that know users know how much each had.
had_valid = -i $(SEQ)/train.tsv.gz
had_test  = $(had_valid) -i $(SEQ)/valid.tsv.gz
fit.robust   = --segment history $(had_valid)
fit.segments = $(fit.robust)
use.segments = $(had_test)
$(foreach m,fwls gate mlp,$(eval fit.$(m) = $(had_valid)) \
    $(eval use.$(m) = $(had_test)))

# fused TABLE MEMBERS: the fusions of some members
define fused
$(OUT)/$(1).%.st: $(2:%=$(OUT)/seq.%.valid.gz)
	srs-fuse --method $$* $$(fit.$$*) --folds $(FOLDS) \
	    --fit $(SEQ)/valid.tsv.gz --save $$@ -o /dev/null $$+ \
	    2>$(OUT)/$(1).$$*.log

$(OUT)/$(1).%.test.gz: $(OUT)/$(1).%.st $(2:%=$(OUT)/seq.%.test.gz)
	srs-fuse -q --load $$< $$(use.$$*) -k 100 -o $$@ \
	    $(2:%=$(OUT)/seq.%.test.gz)
endef

$(eval $(call fused,fusion,$(MEMBERS)))
$(eval $(call fused,random,$(MEMBERS) random))
$(eval $(call fused,twin,$(MEMBERS) $(firstword $(MEMBERS))))

$(OUT)/fusion.txt: $(MEMBERS:%=$(OUT)/seq.%.test.gz) \
    $(FUSIONS:%=$(OUT)/fusion.%.test.gz) beside
	srs-eval -q --truth $(SEQ)/test.tsv.gz --metrics ndcg@10,hr@10 -o $@ \
	    $(MEMBERS:%=$(OUT)/seq.%.test.gz)
	$(call beside,0.05,0.01,lists,ndcg@10,\
	    $(MEMBERS:%=seq.%.test.gz),$(FUSIONS:%=fusion.%.test.gz),\
	    --truth $(SEQ)/test.tsv.gz) >>$@

# Of each method: as it is, with a random member, with a twin.
$(OUT)/useless.txt: $(foreach m,$(LEARNED),$(OUT)/fusion.$(m).test.gz \
    $(OUT)/random.$(m).test.gz $(OUT)/twin.$(m).test.gz)
	srs-eval -q --truth $(SEQ)/test.tsv.gz --metrics ndcg@10 --tsv $^ | \
	    tail -n +2 | awk -F'\t' -v methods="$(LEARNED)" ' \
	    BEGIN { split(methods, m, " "); \
	    print "method\tndcg@10\trandom\tchange %\tgoal\ttwin\tchange %\tgoal" } \
	    { x[NR % 3] = $$2 } NR % 3 == 0 { r = x[2] / x[1] - 1; \
	    t = x[0] / x[1] - 1; printf \
	    "%s\t%.4f\t%.4f\t%+.2f\t%s\t%.4f\t%+.2f\t%s\n", m[NR / 3], x[1], \
	    x[2], 100 * r, r >= -0.002 ? "met" : "missed", x[0], 100 * t, \
	    t == 0 ? "met" : "missed" }' | column -t -s '	' >$@

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
    $(NCFFUSIONS:%=$(OUT)/fusedncf.%.gz) beside
	srs-eval -q --truth $(NCF)/test.tsv.gz --metrics hr@10,ndcg@10 -o $@ \
	    $(NCFUSED:%=$(OUT)/ncf.%.test.gz)
	$(call beside,0,1,lists,hr@10$(comma)ndcg@10,\
	    $(NCFUSED:%=ncf.%.test.gz),$(NCFFUSIONS:%=fusedncf.%.gz),\
	    --truth $(NCF)/test.tsv.gz) >>$@
