"""Money at the desk: what a visit or a package costs, what came in, and receipts for it.

Nobody's card is handled here: the terminal does that, and the desk writes down that it did.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings.actions import payments, receipts
from bookings.admin import takings
from bookings.admin.desk_pages import back_to_board, desk_only, desk_page
from bookings.admin.money_forms import CorrectForm, MoneyForm, RefundForm, TakeForm, WaiveForm
from bookings.errors import BookingError, CorrectedAlready, ReasonNeeded
from bookings.models import Appointment, Package, Payment, Receipt
from bookings.money import papers
from bookings.money.accounts import Book, Payable, book_of
from bookings.money.papers import money
from clinic.audit import actor_of
from clinic.models import Location

FORMS: dict[str, type[MoneyForm]] = {
    form.prefix: form for form in (TakeForm, RefundForm, WaiveForm, CorrectForm)
}
ACTIONS: dict[str, Callable] = {
    "take": payments.take, "refund": payments.refund, "waive": payments.waive,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def visit_money(request, visit):
    """What a visit costs, what was paid, and the buttons for more."""
    rows = Appointment.objects.visits().with_people()
    found = get_object_or_404(rows, pk=visit, patient__isnull=False)
    return _money(request, found, back_to_board(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def package_money(request, package):
    """The same for a package of visits."""
    found = get_object_or_404(Package.objects.select_related("patient", "service"), pk=package)
    return _money(request, found, reverse("admin:bookings_package_change", args=[found.pk]))


def _money(request, target: Payable, back: str) -> HttpResponse:
    now = timezone.now()
    book = book_of(target, now)
    forms = _forms(book)
    if request.method != "POST":
        return _page(request, target, book, forms, back)
    verb = request.POST.get("do", "")
    if verb == "receipt":
        return _receipt(request, target, book, forms, back)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST, prefix=verb)
    if isinstance(form, CorrectForm):
        form.fields["row"].queryset = target.payments.all()
    forms[verb] = form
    if not form.is_valid():
        return _page(request, target, book, forms, back, status=422)
    try:
        row = _write(request, target, form, now)
    except BookingError as error:
        _refuse(form, error)
        fresh = book_of(target, now)
        status = 409 if isinstance(error, CorrectedAlready) else 422
        return _page(request, target, fresh, forms, back, status=status, refused=str(error))
    messages.success(request, _said(row))
    return redirect(f"{request.path}?{_query(request, back)}")


def _forms(book: Book) -> dict[str, MoneyForm]:
    """Return the empty forms, filled in with what is likely: all that is open."""
    account = book.account
    return {
        "take": TakeForm(initial={"amount": account.to_pay or None}),
        "refund": RefundForm(initial={"amount": account.to_refund or None}),
        "waive": WaiveForm(initial={"amount": account.to_pay or None}),
        "correct": CorrectForm(),
    }


def _write(request, target: Payable, form: MoneyForm, now: datetime) -> Payment:
    typed = {**form.cleaned_data, "by": actor_of(request.user), "now": now}
    if isinstance(form, CorrectForm):
        return payments.correct(typed.pop("row"), **typed)
    if isinstance(target, Package):
        typed["location"] = _place(request)
    return ACTIONS[form.prefix](target, **typed)


def _refuse(form: MoneyForm, error: BookingError) -> None:
    if isinstance(error, ReasonNeeded) or isinstance(form, CorrectForm):
        form.add_error("reason", str(error))
    else:
        form.add_error("amount", str(error))


def _said(row: Payment) -> str:
    values = {
        "what": row.get_kind_display(),
        "amount": money(abs(row.amount), row.currency),
        "how": row.get_method_display() if row.method else "",
    }
    if row.corrects_id:
        return _("Corrected: %(what)s, %(amount)s.") % values
    if row.method:
        return _("Written down: %(what)s, %(amount)s, %(how)s.") % values
    return _("Written down: %(what)s, %(amount)s.") % values


def _receipt(request, target: Payable, book: Book, forms, back: str) -> HttpResponse:
    """Make the receipt, or find the one that says the same already, and show it."""
    place = None if isinstance(target, Appointment) else _place(request)
    try:
        made = receipts.issue(target, by=actor_of(request.user), now=timezone.now(), location=place)
    except BookingError as error:
        return _page(request, target, book, forms, back, status=422, receipt_error=str(error))
    return redirect("receipt-pdf", made.pk)


def _page(
    request, target: Payable, book: Book, forms: dict[str, MoneyForm], back: str, *,
    status: int = 200, **more: object,
) -> HttpResponse:  # fmt: skip
    wrong = next((form for form in forms.values() if form.is_bound and form.errors), None)
    return desk_page(
        request,
        "money",
        _("Money: %(patient)s") % {"patient": target.patient},
        status=status,
        target=target,
        is_visit=isinstance(target, Appointment),
        book=book,
        account=book.account,
        standing={row.pk for row in book.standing},
        forms=forms,
        methods=Payment.Method.choices,
        wrong=wrong,
        receipts=target.receipts.order_by("-year", "-number"),
        places=() if isinstance(target, Appointment) else Location.objects.open(),
        back=back,
        query=_query(request, back),
        **more,
    )


def _query(request: HttpRequest, back: str) -> str:
    """Return the query that keeps the way back to the board."""
    query = request.GET.copy()
    query.clear()
    query["back"] = back
    return query.urlencode()


def _place(request) -> Location | None:
    """Return the place the money was taken at, as the form says; the first where it says none."""
    places = list(Location.objects.open())
    asked = request.POST.get("place", "")
    return next((place for place in places if place.slug == asked), places[0] if places else None)


@require_safe
@desk_only
def receipt_pdf(request, receipt: UUID):
    """A receipt as it was handed out."""
    found = get_object_or_404(Receipt.objects.exclude(facts={}), pk=receipt)  # erased
    response = HttpResponse(papers.receipt_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{found.code}.pdf"'
    return response


urlpatterns = [
    path("", takings.takings, name="takings"),
    path("takings.csv", takings.takings_csv, name="takings-csv"),
    path("visit/<uuid:visit>/", visit_money, name="visit-money"),
    path("package/<uuid:package>/", package_money, name="package-money"),
    path("receipt/<uuid:receipt>.pdf", receipt_pdf, name="receipt-pdf"),
]
