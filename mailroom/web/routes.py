"""The table of all routes of the desk, with who may take them."""

from mailroom.register.logins import Role
from mailroom.web import (
    account,
    batch,
    cases,
    company,
    decisions,
    draft,
    enclosure,
    entry,
    followups,
    letter,
    outbox,
    own,
    people,
    quarantine,
    queue,
    rules,
    rules_example,
    templates,
    unsorted,
)
from mailroom.web.route import Route, get, post

VIEWER, REVIEWER, APPROVER, ADMIN = Role

ROUTES: tuple[Route, ...] = (
    # coming in
    get("/login", None, entry.login_page),
    post("/login", None, entry.log_in),
    post("/logout", None, entry.log_out),
    get("/welcome", None, entry.welcome_page),
    post("/welcome", None, entry.set_password),
    post("/language", None, own.choose_language),
    post("/keys", VIEWER, own.switch_keys),
    get("/static/{mark}/{name}", None, own.static),
    get("/healthz", None, own.alive),
    # the queue, and a draft
    get("/", VIEWER, queue.queue_page),
    get("/drafts/{draft:int}", VIEWER, draft.draft_page),
    get("/messages/{message:int}/frame", VIEWER, letter.frame),
    get("/messages/{message:int}/files/{place:int}", VIEWER, letter.attachment),
    get("/messages/{message:int}", VIEWER, cases.message_page),
    # the register
    get("/cases", VIEWER, cases.case_list),
    get("/cases/{number}", VIEWER, cases.case_page),
    get("/cases/{number}/print", VIEWER, cases.case_print),
    post("/cases/{number}/close", REVIEWER, cases.close),
    get("/papers/{paper:int}", VIEWER, cases.paper_file),
    get("/kept/{errand:int}/{place:int}", VIEWER, cases.kept_file),
    # what a person must look at first
    get("/quarantine", REVIEWER, quarantine.quarantine_page),
    get("/quarantine/{message:int}/mail", REVIEWER, quarantine.raw),
    post(
        "/quarantine/{message:int}/release",
        REVIEWER,
        quarantine.release,
        home="/quarantine",
    ),
    post(
        "/quarantine/{message:int}/leave",
        REVIEWER,
        quarantine.leave,
        home="/quarantine",
    ),
    post(
        "/quarantine/{message:int}/back",
        REVIEWER,
        quarantine.put_back,
        home="/quarantine",
    ),
    # letters without a drawer, letters on their way, promises
    get("/unsorted", VIEWER, unsorted.unsorted_page),
    post("/messages/{message:int}/sort", REVIEWER, unsorted.put),
    get("/outbox", VIEWER, outbox.outbox_page),
    post("/drafts/{draft:int}/settle", APPROVER, outbox.settle),
    get("/followups", VIEWER, followups.followup_list),
    post("/followups/{followup:int}/end", REVIEWER, followups.end, home="/followups"),
    post(
        "/followups/{followup:int}/decide",
        REVIEWER,
        followups.decide_on,
        home="/followups",
    ),
    # a person's word
    post("/drafts/{draft:int}/approve", APPROVER, decisions.approve),
    post("/drafts/{draft:int}/undo", REVIEWER, decisions.undo),
    post("/drafts/{draft:int}/reject", REVIEWER, decisions.reject),
    post("/drafts/{draft:int}/revise", REVIEWER, decisions.revise),
    post("/drafts/{draft:int}/refill", REVIEWER, decisions.refill),
    post("/drafts/{draft:int}/later", REVIEWER, decisions.later),
    post("/drafts/{draft:int}/hand-over", REVIEWER, decisions.hand_over),
    post("/drafts/{draft:int}/sort", REVIEWER, decisions.sort_anew),
    post("/drafts/{draft:int}/here", VIEWER, company.here),
    get("/batch", APPROVER, batch.batch_page),
    post("/batch", APPROVER, batch.approve_batch),
    # rules: for admins and for editors by name, which the pages themselves ask
    get("/rules", VIEWER, rules.rules_page),
    get("/rules/file", VIEWER, rules.file_page),
    post("/rules/file", VIEWER, rules.edit_file),
    get("/rules/add-example", VIEWER, rules_example.example_page),
    post("/rules/add-example", VIEWER, rules_example.add_example),
    # templates
    get("/templates", VIEWER, templates.list_page),
    get("/templates/file", VIEWER, templates.template_page),
    get("/templates/pages/{number:int}.png", VIEWER, templates.picture),
    get("/templates/download", VIEWER, templates.download),
    # people, and oneself
    get("/people", ADMIN, people.people_page),
    post("/people", ADMIN, people.add),
    post("/people/link", ADMIN, people.renew),
    post("/people/role", ADMIN, people.change_role),
    post("/people/end", ADMIN, people.end),
    get("/account", VIEWER, account.account_page),
    post("/account/password", VIEWER, account.change_password),
    post("/account/sign-out", VIEWER, account.sign_out_everywhere),
    # what goes with a letter
    get("/drafts/{draft:int}/files/{place:int}", VIEWER, enclosure.download),
    get("/drafts/{draft:int}/files/{place:int}/pages", VIEWER, enclosure.pages),
    get(
        "/drafts/{draft:int}/files/{place:int}/pages/{number:int}.png",
        VIEWER,
        enclosure.picture,
    ),
    post(
        "/drafts/{draft:int}/files/{place:int}/put-back",
        REVIEWER,
        enclosure.put_back,
        home="/drafts/{draft}",
    ),
    post("/drafts/{draft:int}/attach", REVIEWER, enclosure.attach),
    post(
        "/drafts/{draft:int}/files/{place:int}/take-out",
        REVIEWER,
        enclosure.take_out,
        home="/drafts/{draft}",
    ),
)
