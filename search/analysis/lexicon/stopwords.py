"""Optional words of a query: they score, but no document must have them."""

_WORDS = """
    的 地 得 了 着 过 是 在 和 与 及 或 等 之 其 这 那 有 也 都 就 而 被 把 对 对于 关于 由 从 向 到 以 为 于
    中 上 下 里 内 后 前 个 种 类 些 一个 一些 我 你 您 他 她 它 我们 你们 他们 吗 呢 吧 啊 呀 么 请 请问 想 要
    能 可以 可 会 该 应 应该 需要 什么 怎么 怎样 怎么样 如何 哪 哪个 哪些 哪里 哪儿 谁 几 几个 多少 为什么
    何 何时 何处 为何 是否 有没有 是不是 怎么办 什么样 有关 相关 以及 并 并且 但 但是 不 没 没有 很 最 更
    比较 一下 进行 通过 用 使用 因 因为 所以 如果 时 时候 时间 开始 成为
    a an the of and or in on at to for with by from is are was were be been as that this these those it its
    into what how which who when where why do does did can could should would will may about your my our
"""

OPTIONAL = frozenset(_WORDS.split())

_QUESTION_WORDS = """
    吗 呢 什么 怎么 怎样 怎么样 如何 哪 哪个 哪些 哪里 哪儿 谁 几 几个 多少 为什么 何 何时 何处 为何 是否 有没有
    是不是 怎么办 什么样 多久 多大 几岁 what how which who when where why
"""

QUESTION_WORDS = frozenset(_QUESTION_WORDS.split())
"""A query with one of these is a sentence: documents do not repeat all its words."""
