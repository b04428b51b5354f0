# What is next: networks of sequences on ml-1m-seq and beauty, the last item of
# each user among all that they did not have.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.

title_sequences = ml-1m-seq, beauty: the next item among all others

sequences: $(call have,ml-1m-seq,$(OUT)/sequences.1m.txt) \
	$(call have,beauty,$(OUT)/sequences.beauty.txt)

# Settings are the choice of the item before the last one.  A rate of 0.002
# took fewer epochs than 0.001: a loss of 6.49 after two, where that had 6.75
# (and 7.13 with first weights by the layers' sizes).
SEQUENCES        = sasrec gru4rec
falling          = --batch 32 --learning-rate 0.002 --schedule cosine \
	--patience 0
sequence.sasrec  = --heads 1 --epochs 30 --warmup 1 $(falling)
sequence.gru4rec = --factors 128 --epochs 15 $(falling)
SEQ_1M           = $(DATA)/ml-1m-seq

$(OUT)/sequences.1m.%.tsv.gz: $(SEQ_1M)/train.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-nn-train -q --method $* $(sequence.$*) \
	    --valid $(SEQ_1M)/valid.tsv.gz -o $(OUT)/sequences.1m.$*.st $<
	srs-topk -q -m $(OUT)/sequences.1m.$*.st -i $< \
	    -i $(SEQ_1M)/valid.tsv.gz -k 10 -o $@

$(OUT)/sequences.1m.txt: $(SEQUENCES:%=$(OUT)/sequences.1m.%.tsv.gz)
	cd $(OUT) && srs-eval -q --truth $(SEQ_1M)/test.tsv.gz \
	    --metrics hr@10,ndcg@10 $(SEQUENCES:%=sequences.1m.%.tsv.gz) >$@

# Histories are short here: half of the users had seven items at most.  Dropout
# is the usual one of sparse data; the last item but one has an NDCG@10 of 0.050
# after 6 epochs at a rate of 0.001, and of 0.062 after 9 of 10 with this.
short = --length 50 --dropout 0.5 --epochs 10 --learning-rate 0.002 \
	--schedule cosine --patience 0
short.sasrec  = --heads 1 $(short)
short.gru4rec = $(short)

$(OUT)/beauty.train.tsv.gz: $(DATA)/beauty/interactions.tsv.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-split -q --method leave-last --train $@ \
	    --valid $(OUT)/beauty.valid.tsv.gz \
	    --test $(OUT)/beauty.test.tsv.gz $<

$(OUT)/sequences.beauty.%.tsv.gz: $(OUT)/beauty.train.tsv.gz
	srs-nn-train -q --method $* $(short.$*) \
	    --valid $(OUT)/beauty.valid.tsv.gz \
	    -o $(OUT)/sequences.beauty.$*.st $<
	srs-topk -q -m $(OUT)/sequences.beauty.$*.st -i $< \
	    -i $(OUT)/beauty.valid.tsv.gz -k 10 -o $@

$(OUT)/sequences.beauty.txt: $(SEQUENCES:%=$(OUT)/sequences.beauty.%.tsv.gz)
	cd $(OUT) && srs-eval -q --truth beauty.test.tsv.gz \
	    --metrics hr@10,ndcg@10 $(SEQUENCES:%=sequences.beauty.%.tsv.gz) >$@
