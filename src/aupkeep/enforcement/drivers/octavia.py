"""Octavia: one page by its exact URL is refused, or led to our page, at a customer's load balancer.

By an L7 policy with two rules, host and path, at the listener that ends the page's TLS. Octavia has
no 451 (RFC 7725): its amphora answers a policy REJECT with 403; with the option `block_page` a
visitor gets 302 to that page, which can say why. Which page and policy it is stands in
`octavia.json` in the agent's folder before anything is changed.

Octavia ends nothing by itself: the agent lifts in time. A holder can change or delete policies of
their own load balancer: what is missing is put back at the next step, and told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import monotonic, sleep

from aupkeep.enforcement.accounts import check_owner
from aupkeep.enforcement.asking import each_part
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.enforcement.maps.exact_url import ExactUrl, exact_url
from aupkeep.enforcement.openstack.balancer import (
    NAMED,
    POLICIES,
    SERVICE,
    HeldPage,
    differences,
    host_of,
    listener_of,
    namesakes,
    ours,
    put_right,
)
from aupkeep.enforcement.openstack.fields import Look
from aupkeep.enforcement.openstack.session import SESSION_OPTIONS, OpenStackSession
from aupkeep.enforcement.options import PATH, Option
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_moment

NAME, FILE = "octavia", "octavia.json"
WAIT = 3.0  # seconds that a call waits for a load balancer; after them it is pending
POLL = 0.2
LONGEST = 255  # letters of a rule's value
UNMATCHED = "&'"  # Octavia 19 hands them on as HTML has them: the policy would match nothing
ABLE = Capabilities(
    driver=NAME,
    version="1",
    measures=frozenset({Measure.BLOCK_URL}),
    system="load balancers of OpenStack's Octavia: an L7 policy",
    cap=1_000,
    ends_by_itself=False,
    undoable=frozenset({Measure.BLOCK_URL}),
    tells_homes="by its id, which we write down: a policy each, of which ours alone is taken away",
)


class OctaviaDriver:
    """One region, and a file in the agent's folder of what stands there."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._page = context.options.get("block_page")
        self._held = HeldFile(context.folder / FILE, HeldPage, "pages")
        self._session = OpenStackSession(context.options, context.folder, context.now)
        self.unread = ""  # what is not as we set it, at the last look

    def capabilities(self) -> Capabilities:
        """Block a page."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is installed."""
        return ()

    def place(self, action: Action) -> str:
        """`ID https://shop.example/a`. Raises `DriverRefused` for what no two rules can say."""
        balancer, page = _named(action.scope.resource), exact_url(action.scope.url or "")
        if page.query:
            raise DriverRefused("URL: expected no query: an L7 policy compares host and path alone")
        if any(sign in page.target for sign in UNMATCHED):
            raise DriverRefused("URL: expected a path without & and ', which Octavia rewrites")
        if max(len(page.target), len(host_of(page))) > LONGEST:
            raise DriverRefused(f"URL: expected at most {LONGEST} letters of a path, found more")
        return f"{balancer} {page}"

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One policy."""
        del replaced  # whatever it is, the same is done
        place, until = self.place(action), show_moment(action.until)
        what = "answers 403" if self._page is None else f"leads (302) to {self._page}"
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"add the L7 policy aupkeep {action.id}: {what} at {place}, until {until}",),
            note="the path, whatever is asked of it; another spelling of it (%6c for l) passes",
        )

    def apply(self, plan: DriverPlan) -> str:
        """Write down the page, then bring its policy about, change by change.

        Raises `DriverRefused`, `Pending` while the load balancer is not done, `Unavailable`.
        """
        action, page = plan.action, exact_url(plan.action.scope.url or "")
        listener = self._listener(action, page)
        held = self._held.read()
        before = held.get(plan.place)
        if before is not None and before.listener != listener:  # the balancer's is another one now
            self._delete(before)
        new = HeldPage(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            until=action.until,
            listener=listener,
            host=host_of(page),
            path=page.target,
        )
        if before is not None and before.listener == listener:
            new = replace(new, policy=before.policy, others=before.others)
        self._held.write({**held, plan.place: new})
        known = {page.policy for page in held.values()}
        words = {"description": f"case {action.reference}, until {show_moment(action.until)}"}
        end, left = monotonic() + WAIT, ""
        while True:
            try:
                new = self._lost(new)
                left = put_right(self._session, new, self._page, words, known)
            except Pending as error:
                left = str(error)
            new = self._known(new)
            if not left:
                return f"{NAME}: {plan.place}: policy {new.policy}, case {action.reference}"
            if left.endswith("ERROR"):
                raise Unavailable(f"{plan.place}: Octavia says {left}: a person has to look")
            if monotonic() > end:
                raise Pending(f"{plan.place}: {left}")
            sleep(POLL)

    def _listener(self, action: Action, page: ExactUrl) -> str:
        """The listener of the page, which must be the holder's. Raises `DriverRefused`."""
        balancer = _named(action.scope.resource)
        listener, project = listener_of(Look(self._session), balancer, page)
        check_owner(project, action.scope.customer, self._context.options.get("accounts"))
        if project == self._session.project:
            raise DriverRefused("the load balancer is in the project of our own credential")
        return listener

    def _lost(self, held: HeldPage) -> HeldPage:
        """The page without the id of a policy that is gone: what bears its name is not ours."""
        look = Look(self._session)
        if not held.policy or ours(look, held):
            return held
        new = replace(held, policy="", others=namesakes(look, held))
        self._held.write({**self._held.read(), held.place: new})
        return new

    def _known(self, held: HeldPage) -> HeldPage:
        """The page with the id of our policy, once there is one; written down."""
        policy = next(iter(ours(Look(self._session), held)), None)
        if policy is None or policy["id"] == held.policy:
            return held
        new = replace(held, policy=str(policy["id"]))
        self._held.write({**self._held.read(), held.place: new})
        return new

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every page of ours; one whose policy is not as we set it has no end."""
        cloud, said = Look(self._session), list[str]()
        pages = self._held.read().values()
        known = {page.policy for page in pages}

        def look(held: HeldPage) -> InstalledElement:
            wrong = next(differences(cloud, held, self._page, known), "")
            said.extend([f"{held.place}: {wrong}"] if wrong else [])
            return held.element(whole=not wrong)

        elements, unread = each_part(pages, look)
        self.unread = "; ".join([*said, *unread])
        return elements

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The pages of these places that we hold, as they are to be."""
        return self._held.at(places)

    def prove(self, action: Action) -> Proof:
        """Ask Octavia now."""
        place = self.place(action)
        pages = self._held.read()
        held, known = pages.get(place), {page.policy for page in pages.values()}
        wrong = "not held for this action"
        if held is not None and held.action == action.id:
            wrong = next(differences(Look(self._session), held, self._page, known), "")
        text = f"{NAME}: {place}: {wrong or 'the policy stands'}, case {action.reference}"
        return Proof(seen=not wrong, text=text, at=self._context.now())

    def revert(self, place: str, action: str) -> str:
        """Delete our policy and see it gone; everybody else's stay."""
        del action  # the guard saw whose it is
        held = self._held.read()
        self._delete(held[place])
        del held[place]
        self._held.write(held)
        return f"{NAME}: {place}: our policy is gone"

    def _delete(self, held: HeldPage) -> None:
        """Raises `Pending` while it is not gone."""
        end = monotonic() + WAIT
        while policies := ours(Look(self._session), held):
            left = f"policy {policies[0]['id']} is {policies[0]['provisioning_status']}"
            if policies[0]["provisioning_status"] != "PENDING_DELETE":
                try:
                    path = f"{POLICIES}/{policies[0]['id']}"
                    self._session.write("DELETE", SERVICE, path, None)
                except Pending as error:
                    left = str(error)
            if monotonic() > end:
                raise Pending(f"{held.place}: {left}")
            sleep(POLL)


def _named(resource: str) -> str:
    """The id of a load balancer. Raises `DriverRefused` for another resource."""
    match = NAMED.fullmatch(resource)
    if match is None:
        raise DriverRefused(f"expected loadbalancer:ID, found {resource[:60]!r}")
    return match[1]


def _is_page(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return str(exact_url(value)) == value
    except DriverRefused:
        return False


BLOCK_PAGE = Option(expected="the plain URL of a page, as https://provider.example/", fits=_is_page)
DRIVER = DriverPlugin(
    able=ABLE,
    make=OctaviaDriver,
    options={**SESSION_OPTIONS, "accounts": PATH, "block_page": BLOCK_PAGE},
    system=("auth_url", "region", "credential_id"),
    far=True,
)
