"""Demo content: invented schools and people, and resources written for trying the library out.

``content/`` generates the files with ``formats/``, ``catalogue/`` describes the resources, ``loader`` publishes them through
the same services a teacher uses. Every generated page carries ``NOTICE``. Never loaded in production.
"""

NOTICE = "演示内容，不作教学或急救依据"
