"""The blocks of a page's text: few, so that all pages look alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

PLAIN = ["bold", "link", "ol", "ul", "document-link"]


class TextBlocks(blocks.StreamBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=80, icon="title", template="home/blocks/heading.html")
    paragraph = blocks.RichTextBlock(label=_("Text"), features=PLAIN, icon="pilcrow")
    quote = blocks.BlockQuoteBlock(label=_("Quotation"))
    image = ImageBlock(label=_("Picture"), template="home/blocks/image.html")

    class Meta:
        template = "home/blocks/text.html"
