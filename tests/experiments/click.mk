# Clicks: networks of few features out of many on frappe.
#
# Included by Makefile, whose OUT, DATA and TOOLS these rules use.

title_frappe = frappe: does a person use an app, in this context?  The stack of \
	$(STACKED) is to be above the best of them

frappe: $(call have,frappe,$(OUT)/frappe.txt)

# The number of epochs is the validation part's choice, and so are the settings
# of fm, deepfm and dcn; those of the others are usual ones, not compared yet.
FRAPPE       = $(DATA)/frappe
CLICK        = logistic fm ffm widedeep deepfm dcn
click.deep   = --factors 32 --dropout 0.3 --weight-decay 1e-5
click.fm     = --factors 64 --learning-rate 0.003 --weight-decay 1e-5
click.ffm    = --learning-rate 0.003 --weight-decay 1e-5
click.widedeep = $(click.deep)
click.normed = --factors 16 --layers 400,400 --norm batch --dropout 0.3 \
	--weight-decay 1e-6 --embedding-decay 1e-4 --batch 4096 \
	--learning-rate 0.003
click.deepfm = $(click.normed)
click.dcn    = $(click.normed)

$(OUT)/frappe.%.tsv: $(FRAPPE)/train.resampled-neg.libfm.gz $(TOOLS)
	@mkdir -p $(OUT)
	srs-nn-train -q --method $* --epochs 60 --metric auc $(click.$*) \
	    --valid $(FRAPPE)/validation.libfm.gz -o $(OUT)/frappe.$*.st $<
	srs-score -q -m $(OUT)/frappe.$*.st -o $@ $(FRAPPE)/test.libfm.gz

$(OUT)/frappe.txt: $(CLICK:%=$(OUT)/frappe.%.tsv) $(OUT)/frappe.stack.tsv beside
	cd $(OUT) && srs-eval -q --labels --metrics auc,logloss \
	    $(CLICK:%=frappe.%.tsv) frappe.stack.tsv >$@
	$(call beside,0,1,labels,auc,$(STACKED:%=frappe.%.tsv),\
	    frappe.stack.tsv) >>$@

# The stack is fitted to the validation part, which chose the members' epochs.
STACKED = fm deepfm dcn

$(OUT)/frappe.%.valid.tsv: $(OUT)/frappe.%.tsv
	srs-score -q -m $(OUT)/frappe.$*.st -o $@ $(FRAPPE)/validation.libfm.gz

$(OUT)/frappe.stack.tsv: $(STACKED:%=$(OUT)/frappe.%.valid.tsv)
	srs-fuse --labels --method logistic --fit $< \
	    --save $(OUT)/frappe.stack.st -o /dev/null $^ \
	    2>$(OUT)/frappe.stack.log
	srs-fuse -q --load $(OUT)/frappe.stack.st -o $@ \
	    $(STACKED:%=$(OUT)/frappe.%.tsv)
