"""The first texts of the site's pages. Seeding creates pages once; from then on editors own them.

Terms and privacy are drafts, and say so: the operator must have them approved before opening the site.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape

DRAFT_ZH = "这是随软件提供的初稿。正式开放前，由联盟按实际情况修改并审定。"
DRAFT_EN = "This is the draft that comes with the software. The alliance must adapt and approve it before opening."


@dataclass(frozen=True, slots=True)
class DefaultPage:
    """``zh``, ``en``: lines; a line that starts with ``# `` is a heading, the others are paragraphs."""

    slug: str
    footer: str
    title: str
    title_en: str
    zh: str
    en: str
    in_menu: bool = False


HELP = DefaultPage(
    "help",
    "use",
    "使用说明",
    "How to use it",
    """# 找资源
在任何一页上方的搜索框里输入一个词，例如“七步洗手”。结果会直接给出是哪份课件的第几页；点那一页的图，就打开到那一页，词已经标出。
公开的资源不用登录就能看。联盟内部和本校的资源，登录后才看得到。
# 在线看
课件左边是页条。用键盘的左右方向键翻页，也可以直接填页码。“在这份课件里找”只找当前这份课件。
# 下载
能不能下载，由授权方式决定，资源页右侧写明。微信里不能下载：点右上角“…”，选“在浏览器打开”。
# 引用
资源页下方有按国家标准写好的引文，可以直接复制。""",
    """# Finding
Type a word into the search box at the top of any page. Results name the deck and the page; open the picture to \
land on that page with \
the word marked.
Public resources need no account. What belongs to the alliance or to your school is shown after signing in.
# Looking
The strip of pages stands on the left. Turn pages with the arrow keys or type a page number. “Find in this \
document” looks in this document only.
# Downloading
The licence decides, and the page of the resource says so. WeChat blocks downloads: tap “…”, then “Open in browser”.
# Citing
Each resource offers a citation in the form of the national standard, ready to copy.""",
    in_menu=True,
)
UPLOADING = DefaultPage(
    "uploading",
    "use",
    "上传与审核说明",
    "Uploading and review",
    """# 上传
登录后在“工作区”上传文件，再填资源信息：七项必填，三项声明。随时可以存为草稿。
# 审核
提交后先由本校审核人初审，再由联盟编辑复审。退回时会写明原因，改好后再次提交即可。任何人都不能审核自己的作品。
# 发布之后
修改已发布的资源，会另成一版；新版审核通过以前，读者看到的仍是原来那一版。需要时可以撤回，原地址会说明原因。""",
    """# Uploading
Sign in, upload the files in your workspace, then fill in the record: seven required entries and three declarations. Save it \
as a draft at any time.
# Review
A reviewer of your school looks first, then an editor of the alliance. A return always gives the reason; change it \
and submit again. Nobody \
reviews their own work.
# After publication
Changes to a published resource become a new version; readers keep the old one until the new one is approved. It \
can be withdrawn, and \
the old address then says why.""",
)
LICENCES = DefaultPage(
    "licences",
    "use",
    "授权方式",
    "Licences",
    """“看”和“下载”是两件事：谁能看由可见范围决定，谁能下载由授权方式决定。
联盟内教学使用：联盟院校师生可以下载，用于课堂教学，可以改编。
本校使用：只有提供院校的师生可以下载。
授权下载：联盟院校师生可以下载，不得改编。
版权所有，仅预览：只能在线看。
CC 系列许可与公有领域：任何人可以下载，按许可协议的条件使用。""",
    """Looking and downloading are two things: visibility decides who may look, the licence decides who may download.
Teaching inside the alliance: members may download it, teach with it and adapt it.
Use inside the school: only people of the providing school may download it.
Download by members, no changes: members may download it but not adapt it.
All rights reserved, view only: for looking online.
Creative Commons and public domain: everyone may download it under the terms of the licence.""",
)
TERMS = DefaultPage(
    "terms",
    "terms",
    "服务条款",
    "Terms of service",
    f"""{DRAFT_ZH}
# 谁可以用
公开资源向所有人开放。上传与审核账号由成员院校和联盟管理员开通，只限本人使用。
# 上传的人承诺什么
对所上传的内容享有权利或已取得授权；不含未经监护人同意的儿童肖像和个人信息；内容真实，如有 AI 生成部分已作标识。
# 使用的人遵守什么
按每件资源写明的授权方式使用，注明来源，不把联盟内部资源转到公开网站。
# 内容有误怎么办
每件资源都有“举报”入口。联盟编辑收到后核实，必要时撤回，并在原地址说明原因。
资源供教学参考，不能代替医疗与急救的专业意见。""",
    f"""{DRAFT_EN}
# Who may use it
Public resources are open to everyone. Accounts for uploading and reviewing are given by member schools and the \
alliance, for personal use.
# What contributors promise
They hold the rights or have permission; there are no portraits or personal data of children without consent; the \
content is true, and parts \
made by AI are declared.
# What readers promise
They keep to the licence of each resource, name the source, and pass nothing of the alliance on to public websites.
# When something is wrong
Each resource can be reported. Editors check it, withdraw it where needed, and say why at its old address.
Resources are for teaching; they do not replace medical or first-aid advice.""",
)
PRIVACY = DefaultPage(
    "privacy",
    "terms",
    "隐私说明",
    "Privacy",
    f"""{DRAFT_ZH}
# 记录什么
账号：姓名、邮箱、所在院校与角色。操作：上传、审核、发布、撤回等记入审计日志，保存不少于 180 天。
使用：浏览与下载次数；未登录的访问只记一个不能还原到个人的摘要。
# 不做什么
不使用第三方统计，不嵌入第三方内容，不向院校以外的人提供个人的浏览记录。
# Cookie
只用于登录、防止伪造提交和记住语言。明暗选择只存在你的浏览器里。
# 你可以要求
查询、更正或停用自己的账号：找本校管理员或联盟管理员。""",
    f"""{DRAFT_EN}
# What is recorded
Accounts: name, e-mail, school and role. Actions: uploads, reviews, publications and withdrawals in an audit log \
kept for at least 180 days.
Use: numbers of views and downloads; visitors without an account leave only a digest that leads back to nobody.
# What is not done
No third-party statistics, no third-party content, no reading histories given to anybody outside.
# Cookies
Only for signing in, against forged forms, and to remember the language. The choice of light or dark stays in your \
browser.
# What you can ask for
To see, correct or close your account: ask the manager of your school or an administrator of the alliance.""",
)

DEFAULT_PAGES = (HELP, UPLOADING, LICENCES, TERMS, PRIVACY)


def blocks(lines: str) -> list[tuple[str, str]]:
    """``lines`` as StreamField blocks."""
    found: list[tuple[str, str]] = []
    for line in lines.split("\n"):
        if line.startswith("# "):
            found.append(("heading", line[2:]))
        elif line.strip():
            found.append(("paragraph", f"<p>{escape(line)}</p>"))
    return found
