"""What must hold between a group session and its seats, forbidden in the database."""

from clinic.guards import Guard, column_of

TAKEN = ("held", "requested", "booked", "arrived", "in_progress", "completed")


class SeatInSession(Guard):
    """A seat that is taken lies within its session: number, time and practitioner agree.

    The session in turn cannot be moved, made smaller or cancelled from under a taken seat. A seat
    is taken once only by a unique constraint beside this guard.
    """

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("insert", "update")

    def concerns(self, model, editor):
        # A session has seats by a check beside this guard, whatever its state is.
        seat, session = (
            f"{row}.{editor.quote_name(column_of(model, name))} IS NOT NULL"
            for row, name in (("NEW", "session"), ("OLD", "seats"))
        )
        return {"insert": seat, "update": f"{seat} OR {session}"}

    def triggers(self, model, editor):
        quote = editor.quote_name
        key, state, session, seat, seats, start, end, who = (
            quote(model._meta.get_field(name).column)
            for name in (
                "id", "state", "session", "seat", "seats", "starts_at", "ends_at", "practitioner",
            )
        )  # fmt: skip
        taken = "(" + ", ".join(editor.quote_value(value) for value in TAKEN) + ")"
        outside = (
            f"(NEW.{session} IS NOT NULL AND NEW.{state} IN {taken} AND NOT EXISTS ("  # noqa: S608  # names come from the model
            f"SELECT 1 FROM %(table)s p WHERE p.{key} = NEW.{session} AND p.{state} = 'session'"
            f" AND NEW.{seat} BETWEEN 1 AND p.{seats} AND p.{who} = NEW.{who}"
            f" AND p.{start} = NEW.{start} AND p.{end} = NEW.{end}))"
        )
        yield "insert", "INSERT", outside
        left_behind = (
            f"(OLD.{state} = 'session' AND EXISTS (SELECT 1 FROM %(table)s c"  # noqa: S608
            f" WHERE c.{session} = OLD.{key} AND c.{state} IN {taken}"
            f" AND (NEW.{state} <> 'session' OR NEW.{who} <> OLD.{who} OR c.{seat} > NEW.{seats}"
            f" OR NEW.{start} <> OLD.{start} OR NEW.{end} <> OLD.{end})))"
        )
        yield "update", "UPDATE", f"{outside} OR {left_behind}"
