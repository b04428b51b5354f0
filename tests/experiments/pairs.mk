# Networks of pairs on ml-1m-ncf: neumf from gmf, and what defaults do.
#
# Included by Makefile, whose OUT and rules for ml-1m-ncf these lines use.

title_pairs = ml-1m-ncf: networks of pairs; usual.NAME has the defaults

pairs: $(call have,ml-1m-ncf,$(OUT)/pairs.txt)

# The last training item of each user among 99 others chose the settings (HR@10
# and NDCG@10, models trained without it).  gmf, 6 epochs: 0.686/0.407 with --l2
# 0.0017, 0.695/0.414 with 0.005, 0.700/0.418 with 0.01, and with a weight decay of
# 1e-5 and 3e-5 instead 0.691/0.410 and 0.698/0.415.  ncfmlp, 8 epochs:
# 0.699/0.414 with the usual weight decay, 0.686/0.402 with --l2 0.003 instead.
# neumf from these two: 0.718/0.432 after an epoch of Adam, with a penalty or
# with weight decay, 0.714/0.430 after one of sgd at a rate of 0.01.  The usual
# twotower has 0.681/0.405 there, cosine 0.660/0.392.
#
# That file has no times: what is last in it is not the newest, as the test item
# is.  ml-1m-seq has them, and its users and items are known by who had what: on
# the item before the test's, 5,093 users, gmf of 10 epochs has 0.726/0.439,
# ncfmlp 0.674/0.394, neumf from both, as above, 0.715/0.435; with a rate of 0.001
# and --l2 0.015 0.714/0.434 after an epoch, 0.721/0.433 after three.  From gmf
# alone, the other half at random, it has 0.725/0.436 after an epoch, which was
# taken.  The test items were read twice: gmf has 0.720/0.439 there, ncfmlp
# 0.673/0.392, neumf from both 0.713/0.434, from gmf 0.717/0.438.
gmf    = srs-nn-train --method gmf --epochs 10 --negatives 8 --l2 0.015
ncfmlp = srs-nn-train --method ncfmlp --epochs 8
neumf  = srs-nn-train --method neumf --init $(OUT)/ncf.gmf.st --epochs 1 \
	--learning-rate 0.001 --negatives 8 --weight-decay 0 --l2 0.015

$(OUT)/ncf.neumf.st: $(OUT)/ncf.gmf.st

USUAL = gmf ncfmlp neumf cosine twotower multvae
$(foreach m,$(USUAL),$(eval usual.$(m) = srs-nn-train --method $(m)))

$(OUT)/pairs.txt: $(foreach m,gmf ncfmlp neumf $(USUAL:%=usual.%), \
    $(OUT)/ncf.$(m).test.gz)
	cd $(OUT) && srs-eval -q --truth $(NCF)/test.tsv.gz \
	    --metrics hr@10,ndcg@10 -o $@ $(notdir $^)
