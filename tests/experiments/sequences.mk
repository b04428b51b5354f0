# What is next: networks of sequences on ml-1m-seq and beauty, the last item of
# each user among all that they did not have.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.
#
# Settings and epochs are the choice of the item before the last one.  A network
# that has not learnt from that item is called NAME.train; NAME.all is the same
# training once more, from the start, with that item among the data (for one
# command that does both: --refit in srs-nn-train(1)).  Both are served with it.

title_sequences = ml-1m-seq, beauty: the next item among all others

sequences: $(call have,ml-1m-seq,$(OUT)/sequences.1m.txt) \
	$(call have,beauty,$(OUT)/sequences.beauty.txt)

SEQUENCES = sasrec gru4rec

# DATA.NAME: the settings of a network; part.DATA: how its files begin.  sasrec
# has an NDCG@10 of 0.1874 on the item before the last after 28 epochs, where it
# had 0.1815 when it learnt the last 200 items of a history only; then the last
# item has 0.1762, and HR@10 0.3103, from what had not learnt the one before it
# (0.1737 and 0.3036).  With 64 factors, one head and a rate of 0.002 it was
# 0.170, of gru4rec 0.173, before longer histories were learnt.
part.1m    = $(DATA)/ml-1m-seq/
1m.sasrec  = --dropout 0.3 --learning-rate 0.0015 --epochs 30 --warmup 1 \
	$(falling)
1m.gru4rec = --learning-rate 0.002 --epochs 15 $(falling)
falling    = --batch 32 --factors 128 --schedule cosine

# Histories are short here: half of the users had seven items at most.  Dropout
# is the usual one of sparse data: the item before the last has an NDCG@10 of
# 0.050 after 6 epochs at a rate of 0.001, and of 0.061 after 10 with this.
# The last item then has 0.0464 and HR@10 0.0786; from what has learnt the one
# before it, 0.0572 and 0.0950.
part.beauty    = $(OUT)/beauty.
beauty.sasrec  = --heads 1 $(short)
beauty.gru4rec = $(short)
short          = --length 50 --dropout 0.5 --epochs 10 --learning-rate 0.002 \
	--schedule cosine

define sequence_rules
$(OUT)/sequences.$(1).%.train.st: $(part.$(1))train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-nn-train -q --method $$* $$($(1).$$*) --patience 0 \
	    --valid $(part.$(1))valid.tsv.gz \
	    --history $(OUT)/sequences.$(1).$$*.history.tsv -o $$@ $$<

$(OUT)/sequences.$(1).%.all.st: $(part.$(1))train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-nn-train -q --method $$* $$($(1).$$*) -o $$@ $$< \
	    $(part.$(1))valid.tsv.gz

$(OUT)/sequences.$(1).%.tsv.gz: $(OUT)/sequences.$(1).%.st
	srs-topk -q -m $$< -i $(part.$(1))train.tsv.gz \
	    -i $(part.$(1))valid.tsv.gz -k 10 -o $$@

$(OUT)/sequences.$(1).txt: $(foreach m,$(SEQUENCES),$(foreach \
    what,train all,$(OUT)/sequences.$(1).$(m).$(what).tsv.gz))
	cd $(OUT) && srs-eval -q --truth $(part.$(1))test.tsv.gz \
	    --metrics hr@10,ndcg@10 $$(notdir $$^) >$$@
endef

$(foreach data,1m beauty,$(eval $(call sequence_rules,$(data))))

$(OUT)/beauty.train.tsv.gz: $(DATA)/beauty/interactions.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-split -q --method leave-last --train $@ \
	    --valid $(part.beauty)valid.tsv.gz \
	    --test $(part.beauty)test.tsv.gz $<

# What settings are looked at by: each epoch, on the item before the last.
sequences-tune: $(foreach m,$(SEQUENCES),$(foreach \
    d,1m beauty,$(OUT)/sequences.$(d).$(m).train.st))
	@cd $(OUT) && tail -n +1 $(^F:.train.st=.history.tsv)

.PHONY: sequences-tune
