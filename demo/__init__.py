"""Demo content: invented schools and people, and resources written for trying the library out.

What it owns: the texts and the generators of the files (``content/``), the catalogue that describes them, and the
loader that takes them through the same services a teacher uses. It must not know the web pages. Every page it makes
carries ``NOTICE``. Never loaded in production.
"""

NOTICE = "演示内容，不作教学或急救依据"
