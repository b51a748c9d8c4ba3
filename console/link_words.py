"""The words of the pages behind links, in the languages that a phone may ask for."""

from collections.abc import Mapping
from types import MappingProxyType

from pathway.protocol import Choice

Words = Mapping[str, str]

_EN = {
    "due": "Due: {what}, since {since}.",
    "several": "You were paged about these {count}. Each is taken by itself.",
    "to_list": "Back to the list",
    "session_due": "Was the session that ended {since} held?",
    "recommendation_due": "What do you recommend after the session that ended {since}?",
    "take": "I have it",
    "held": "It was held",
    "not_held": "It was not held",
    "whose_wish": "Whose wish was it?",
    "wish_unknown": "I do not know",
    "wish_patient": "The patient's",
    "wish_ours": "Mine or the clinic's",
    "moved": "It was moved",
    "new_time": "New time",
    "what_next": "Next",
    "choose": "Choose one",
    "why": "Why",
    "recommend": "Recommend this",
    "to_recommendation": "Say what you recommend",
    "answered": "You answered: {answer}.",
    "kept": "Your answer is kept. It is handed on as soon as the system takes it up; open this "
    "link again to see that it was.",
    "kept_take": "Your answer is kept and handed on as soon as the system takes it up. Until "
    "then others may still be paged: open this link again in a minute.",
    "taken_take": "It became yours ({at}), and paging stopped then. Who has it now stands on the "
    "work list.",
    "taken_session": "It is recorded. Thank you.",
    "taken_recommendation": "It is recorded. Thank you.",
    "help_noted": "It is noted that you help. A clinician must take this one, so paging goes on "
    "until one does.",
    "refused": "It could not be recorded: {sentence} Call the clinic, {phone}.",
    "journey_ended": "Nothing more is recorded under this reference. If there is danger, call the "
    "clinician on call or 911.",
    "has_it": "Too late: {owner} has it. Nothing is needed from you.",
    "had_it": "Too late: {owner} had it already when you answered. Nothing was needed from you.",
    "has_it_yourself": "You have it already. Nothing more is needed here.",
    "closed": "This is closed. Nothing is needed from you.",
    "answered_before": "This was answered before, with: {answer}. A link takes one answer; to "
    "change it call the clinic, {phone}.",
    "expired": "This link has run out. Call the clinic, {phone}, or wait for the next page.",
    "answered_expired": "This was answered, and the link has run out. To ask about it call the "
    "clinic, {phone}.",
    "left": "This link was made for somebody who is no longer on the staff list. Call the "
    "clinic, {phone}.",
    "recorded": "The session is recorded already. Nothing is needed from you.",
    "rescheduled": "The session was moved or called off since, so this link is about nothing "
    "any more. A new one comes with the new time.",
    "unknown": "This link is not known. Open it from the text itself, whole and unchanged, or "
    "call the clinic, {phone}.",
    "unavailable": "This cannot be shown or kept now. Try again in a minute; if it is urgent, "
    "call the clinic, {phone}.",
    "unusable": "This answer cannot be used: choose one of the answers, and give a time that "
    "lies ahead or a reason where one is asked. Go back and try again.",
    "say_take": "I have it",
    "say_held": "held",
    "say_not_held": "not held",
    "say_moved": "moved to {at}",
}

_ES = {
    "due": "Pendiente: {what}, desde {since}.",
    "several": "Se le avisó de estos {count} asuntos. Cada uno se toma por separado.",
    "to_list": "Volver a la lista",
    "session_due": "¿Tuvo lugar la sesión que terminaba {since}?",
    "recommendation_due": "¿Qué recomienda después de la sesión que terminaba {since}?",
    "take": "Me encargo",
    "held": "Sí, tuvo lugar",
    "not_held": "No tuvo lugar",
    "whose_wish": "¿Por deseo de quién?",
    "wish_unknown": "No lo sé",
    "wish_patient": "De mi paciente",
    "wish_ours": "Mío o de la clínica",
    "moved": "Se cambió de fecha",
    "new_time": "Nueva fecha y hora",
    "what_next": "Siguiente paso",
    "choose": "Elija uno",
    "why": "Por qué",
    "recommend": "Recomendar esto",
    "to_recommendation": "Decir qué recomienda",
    "answered": "Usted respondió: {answer}.",
    "kept": "Su respuesta está guardada. Se entregará en cuanto el sistema la acepte; vuelva a "
    "abrir este enlace para comprobarlo.",
    "kept_take": "Su respuesta está guardada y se entregará en cuanto el sistema la acepte. Hasta "
    "entonces pueden seguir avisando a otras personas: vuelva a abrir este enlace en un minuto.",
    "taken_take": "Quedó a su cargo ({at}) y entonces se dejó de avisar a los demás. Quién se "
    "encarga ahora figura en la lista de trabajo.",
    "taken_session": "Está registrado. Gracias.",
    "taken_recommendation": "Está registrado. Gracias.",
    "help_noted": "Queda anotado que usted ayuda. De esto debe encargarse un clínico, y se sigue "
    "avisando hasta que uno lo haga.",
    "refused": "No se pudo registrar: {sentence} Llame a la clínica, {phone}.",
    "journey_ended": "Ya no se registra nada con esta referencia. Si hay peligro, llame al clínico "
    "de guardia o al 911.",
    "has_it": "Demasiado tarde: {owner} ya se encarga. No tiene que hacer nada.",
    "had_it": "Demasiado tarde: {owner} ya se encargaba cuando usted respondió. No tuvo que hacer "
    "nada.",
    "has_it_yourself": "Ya está a su cargo. Aquí no hay nada más que hacer.",
    "closed": "Esto está cerrado. No tiene que hacer nada.",
    "answered_before": "Ya se respondió antes: {answer}. Un enlace admite una sola respuesta; "
    "para cambiarla llame a la clínica, {phone}.",
    "expired": "Este enlace ha caducado. Llame a la clínica, {phone}, o espere el próximo aviso.",
    "answered_expired": "Esto ya se respondió y el enlace ha caducado. Si tiene preguntas llame a "
    "la clínica, {phone}.",
    "left": "Este enlace era para alguien que ya no está en la lista del personal. Llame a la "
    "clínica, {phone}.",
    "recorded": "La sesión ya está registrada. No tiene que hacer nada.",
    "rescheduled": "La sesión se cambió o se anuló después, y este enlace ya no sirve. Llegará "
    "otro con la nueva fecha.",
    "unknown": "Este enlace no se conoce. Ábralo desde el mensaje, entero y sin cambios, o llame "
    "a la clínica, {phone}.",
    "unavailable": "Ahora no se puede mostrar ni guardar. Inténtelo de nuevo en un minuto; si es "
    "urgente, llame a la clínica, {phone}.",
    "unusable": "Esta respuesta no sirve: elija una de las respuestas e indique una fecha futura "
    "o un motivo donde se piden. Vuelva atrás e inténtelo de nuevo.",
    "say_take": "me encargo",
    "say_held": "tuvo lugar",
    "say_not_held": "no tuvo lugar",
    "say_moved": "cambiada a {at}",
}

_CHOICES_ES = {
    Choice.CONTINUE_SAME: "seguir igual",
    Choice.DECREASE_DOSE: "bajar la dosis",
    Choice.INCREASE_DOSE: "subir la dosis",
    Choice.LENGTHEN_INTERVAL: "alargar el intervalo",
    Choice.SHORTEN_INTERVAL: "acortar el intervalo",
    Choice.DECREASE_AND_LENGTHEN: "bajar la dosis y alargar el intervalo",
    Choice.EXTRA_TREATMENT: "una visita más",
    Choice.PAUSE: "pausar",
    Choice.COMPLETE: "completar",
    Choice.DISCONTINUE: "suspender",
    Choice.REFER: "derivar",
}

LANGUAGES: Mapping[str, Words] = MappingProxyType({"en": _EN, "es": _ES})


def language_for(accepted: str) -> str:
    """The first language of an Accept-Language header that there are words in."""
    asked = (part.partition(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((tag for tag in asked if tag in LANGUAGES), "en")


def choice_words(choice: Choice, language: str) -> str:
    """A choice as the protocol writes it, in words."""
    return _CHOICES_ES[choice] if language == "es" else choice.replace("_", " ")
