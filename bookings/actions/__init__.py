"""Everything that changes the diary. One transaction each: lock, check again, write, audit, owe.

Pages, the admin, the demo and the tests all go through here. Every action says who acts (``by``)
and when (``now``); errors are ``bookings.errors`` and their text is for people. Holds concern
nobody's record and leave no audit row: the expired row itself is the trace.
"""

from bookings.actions.answering import end_offers
from bookings.actions.booking import desk_book, in_the_way
from bookings.actions.booking_held import book
from bookings.actions.callbacks import close_callback, request_callback, try_callback
from bookings.actions.changing import cancel, in_cutoff, move, open_link, renew_links
from bookings.actions.clinician_calls import (
    ask_for_clinician_call,
    follow_up_clinician_calls,
    take_clinician_call,
)
from bookings.actions.day import arrive, complete, confirm, decline, no_show, start
from bookings.actions.expiring import expire_requests
from bookings.actions.feeds import make_feed, revoke_feed, revoke_feeds_of_leavers
from bookings.actions.holding import expire_holds, hold, release
from bookings.actions.offering import note_ended_holds, offer_time, serve
from bookings.actions.people import Details
from bookings.actions.reminding import queue_reminders
from bookings.actions.video import set_video_link, video_link

__all__ = [
    "Details",
    "arrive",
    "ask_for_clinician_call",
    "book",
    "cancel",
    "close_callback",
    "complete",
    "confirm",
    "decline",
    "desk_book",
    "end_offers",
    "expire_holds",
    "expire_requests",
    "follow_up_clinician_calls",
    "hold",
    "in_cutoff",
    "in_the_way",
    "make_feed",
    "move",
    "no_show",
    "note_ended_holds",
    "offer_time",
    "open_link",
    "queue_reminders",
    "release",
    "renew_links",
    "request_callback",
    "revoke_feed",
    "revoke_feeds_of_leavers",
    "serve",
    "set_video_link",
    "start",
    "take_clinician_call",
    "try_callback",
    "video_link",
]
