"""What comes back through the code: all that a model without a KL can be judged by; needs no torch."""

from vae_studio.evaluation.finding import Condition, Finding
from vae_studio.evaluation.symptoms import Symptoms
from vae_studio.plural import counted

NOTHING = 0.02  # share of the differences between pictures: what comes back is the mean picture
_BY_HEART = 0.8  # of what a memoriser's pictures show, before it knows them
_GREY = 0.1  # of the same: what is drawn is hardly more than an even grey
_ONE_BIT = 2.0  # entries, used alike: fewer tell less than one bit at each place

Rows = list[tuple[str, str]]


def of_memoriser(symptoms: Symptoms) -> Finding | None:
    """Find that a memoriser cannot tell its pictures apart, or does not know them yet."""
    many = symptoms.pictures > 1
    if symptoms.memoriser == "constant" and many:
        sentence = (
            f"All {counted(symptoms.pictures, 'picture')} have the same code, the number 1, so the best that can be "
            "drawn is their mean, however long it trains."
        )
        return Finding(Condition.COLLAPSED, sentence, tuple(recall_rows(symptoms)))
    drawn = symptoms.drawn
    if drawn is None or drawn >= _BY_HEART:
        return None
    whose = f"its {counted(symptoms.pictures, 'picture')}" if many else "its picture"
    if drawn < _GREY:
        sentence = f"It draws hardly more than an even grey: it has not learned {whose} by heart yet."
    else:
        sentence = f"It does not know {whose} by heart yet: {percent(drawn)} of what can be seen there comes back."
    return Finding(Condition.NOT_LEARNED, sentence, tuple(recall_rows(symptoms)))


def of_book(symptoms: Symptoms) -> Finding | None:
    """Find that next to no entries of a code book are used."""
    book = symptoms.book
    if book is None or book.entries <= _ONE_BIT or book.perplexity >= _ONE_BIT:
        return None
    sentence = (
        f"Of the code book's {book.entries:,} entries {counted(book.used, 'is', 'are')} used, and unevenly: at each "
        "place the code says less than one bit."
    )
    return Finding(Condition.COLLAPSING, sentence, tuple(recall_rows(symptoms)))


def healthy_recall(symptoms: Symptoms) -> Finding:
    """Return that nothing is wrong with what comes back, or that it has not been looked at."""
    if symptoms.explained_training is None and symptoms.drawn is None:
        sentence = "It has no KL, so it is judged by what comes back, and that is looked at once the training rests."
        return Finding(Condition.UNKNOWN, sentence, tuple(recall_rows(symptoms)))
    if symptoms.memoriser:
        whose = "its pictures" if symptoms.pictures > 1 else "its picture"
        sentence = f"Nothing is wrong. It knows {whose} by heart."
    elif (book := symptoms.book) is not None:
        sentence = f"Nothing is wrong. {book.used:,} of {book.entries:,} entries of the code book are used."
    else:
        sentence = "Nothing is wrong. The dimensions have no KL, so only what comes back is judged."
    return Finding(Condition.HEALTHY, sentence, tuple(recall_rows(symptoms)))


def recall_rows(symptoms: Symptoms) -> Rows:
    """Return the figures of what comes back."""
    rows: Rows = []
    if symptoms.memoriser and symptoms.drawn is not None:
        rows.append(("comes back", f"{percent(symptoms.drawn)} of what can be seen in the pictures"))
    elif symptoms.explained_training is not None:
        rows.append(("comes back", f"{percent(symptoms.explained_training)} of what makes pictures differ"))
    if symptoms.reconstruction is not None and symptoms.mean_picture is not None:
        mean = "the picture itself" if symptoms.memoriser and symptoms.pictures == 1 else "their mean drawn each time"
        rows.append(("reconstruction", f"{symptoms.reconstruction:.2f} nats; {mean}: {symptoms.mean_picture:.2f}"))
    if (book := symptoms.book) is not None:
        used = f"{book.used:,} of {book.entries:,} entries used, perplexity {book.perplexity:.1f}"
        rows.append(("code book", used))
    return rows


def percent(share: float) -> str:
    """Return a share in percent; below zero it is worse than the mean picture, which is nothing as well."""
    return f"{max(share, 0.0):.0%}"
