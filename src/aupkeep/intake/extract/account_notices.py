"""Whether a letter tells its reader who used the reader's own account, and asks if it was them.

"A new sign-in to your account from 192.0.2.1. Was this you?" goes out by the million. Its address
is mostly the reader's own, and it is no complaint in any case: who runs the service asks, and has
not been harmed. Two things must be said: whose the account is, and that it may have been the reader
or that somebody signed in to it.
"""

import re
from collections.abc import Sequence

from aupkeep.intake.extract.polarity import PHRASE

LOOKED_AT = 8_000  # characters of a part
LONGEST = 120  # characters of the words that are told


def _any(*words: str) -> str:
    return rf"(?<!\w)(?:{'|'.join(words)})(?!\w)"


# what somebody signs in to, or with
_ACCOUNT = (
    r"(?:[\w-]*(?:account|konto|kontoen|kontot|kontoer|cuenta|compte|conta|profil|profile|identit\w"
    r"|passwor[dt]|passord|lösenord|wachtwoord|mot de passe|contraseña|senha|hasł\w+|mailbox"
    r"|postkasse|postfach|inbox|wallet|vault|token|api[ -]?key|ssh[ -]?key|repositor(?:y|ies)"
    r"|organi[sz]ation|workspace|subscription|log-?in|sign-?in|rekening|účt\w+|hesa\w+|hesap\w*"
    r"|tili\w*|fiók\w*|cont(?:ul|ului)?|обліков\w+|акаунт\w*|аккаунт\w*|учетн\w+|учётн\w+)s?)"
)
_YOUR = (
    r"(?:your|ihr\w{0,2}|dein\w{0,2}|ditt|din|di|dina|votre|ton|ta|vos|su|tu|tus|sus|vostr\w|tuo"
    r"|tua|il tuo|sua|seu|uw|jouw|je|twoj\w+|twój|twoim|państwa|va[šs]\w*|tv\w{2,3}|вашому|ваш\w*"
    r"|ваш\w+|твой|твоего|твоєму)"
)
YOURS = re.compile(
    rf"(?<!\w){_YOUR} (?:[\w.-]{{1,20}} ){{0,2}}?{_ACCOUNT}(?!\w| ?(?:holder|owner|manager|user))"
    r"|(?<!\w)[\w-]*(?:kontoen|profilen|kontot|tilgangen) (?:din|deres|di)(?!\w)"
    r"|(?<!\w)(?:tiliisi|tililläsi|tilisi|hesab\u0131n\w*|fiókj\w+|contul (?:tău|dvs"
    r"|dumneavoastră))"
    r"|회원님의 계정|귀하의 계정|(?:cpanel|whm|plesk) login|you are receiving this because you"
)
# that it may have been the reader, or that only the reader knows
WAS_IT_YOU = re.compile(
    _any(
        r"(?:was|is|wasn't|was not|were) (?:this|that|it|these)(?: (?:not|really|action))? (?:by )?"
        r"(?:you|yours)|(?:this|that|it|these) (?:was|were|is|wasn't|weren't|was not|were not|isn't"
        r"|is not) (?:by |done by |made by |initiated by )?you",
        r"(?:if|in case|unless) you (?:did(?: not|n't)|have(?: not|n't)|had(?: not|n't)) (?:\w+ )?"
        r"(?:do|done|make|made|request\w*|try|tried|sign\w*|log\w*|add\w*|perform\w*|initiat\w*"
        r"|authori[sz]e\w*|ask\w*|attempt\w*|chang\w*|creat\w*|start\w*|us(?:e|ed)|approv\w*)",
        r"(?:do(?: not|n't)|did(?: not|n't)|cannot|can't|not) recogni[sz]e (?:this|that|it|the"
        r"|these|any|him)|(?:this|it) (?:looks|seems) unfamiliar",
        r"if you (?:\w+ )?(?:believe|think) (?:this|that|it|the)[^.\n]{0,40}(?:in error|by mistake"
        r"|not you)|(?:if|when) (?:it|this) (?:was|is) you,? (?:you )?(?:can|may|simply|just)",
        r"waren (?:sie|du) (?:das|dies|es)(?: nicht)?|warst du (?:das|dies|es)(?: nicht)?"
        r"|(?:wenn|falls|sofern) (?:sie|du) (?:das|dies|es|diese\w? \w+) (?:nicht |selbst )*"
        r"(?:waren|warst|veranlasst|angefordert|durchgeführt|vorgenommen|gewesen)"
        r"|nicht (?:von ihnen|von dir|durch sie|selbst) (?:\w+ )?(?:stamm\w*|veranlasst"
        r"|durchgeführt"
        r"|vorgenommen|angefordert|war)|(?:erkennen sie|erkennst du) [^.?\n]{1,60} nicht"
        r"|nicht (?:wieder)?erkennen",
        r"(?:var|er) (?:det|dette)(?: ikke)? (?:deg|dig|du)|(?:det|dette) (?:ikke )?(?:var|er)"
        r"(?: ikke)? (?:deg|dig)|(?:ikke|ikkje) (?:deg|dig) som|(?:gjenkjenner|kjenner|genkender)"
        r" (?:du )?(?:\w+ )?ikke|kan du ikke genkende|ikke (?:kjenner|gjenkjenner|genkender)"
        r"|(?:var|är) det(?:ta)?(?: inte)? du|det(?:ta)? (?:inte )?(?:var|är)(?: inte)? du"
        r"|känner (?:du )?inte igen|inte känner igen",
        r"(?:ce )?n'(?:était|est|étiez) pas vous|n'est pas de vous|(?:était|est)-ce(?: bien)? vous"
        r"|(?:c'était|c'est)(?: bien)? vous|pas à l'origine|ne reconnaiss\w+ pas|pas reconn\w+"
        r"|pas (?:vous-même )?(?:effectué|demandé) (?:cette|ce)",
        r"(?:no )?(?:has|ha|fuiste|eras|fue|has sido) (?:sido )?(?:tú|usted)|no fuiste tú"
        r"|no (?:lo |la )?reconoce\w*|si no (?:lo )?(?:ha|has) (?:solicitado|hecho|realizado)"
        r"|(?:non )?(?:sei stato|eri|è stato|è stata|sei) (?:tu|lei)|non (?:lo |la )?riconosc\w+"
        r"|(?:não )?(?:foi|era) (?:você|o senhor)|não reconhece\w*|se não foi",
        r"(?:was|ben|bent) (?:jij|u|je) (?:dit|dat|het)(?: niet)?|(?:jij|u|je) (?:dit|dat"
        r"|het) (?:niet"
        r" )?(?:was|bent|waart)|herken\w* (?:u|je|jij) [^.?\n]{1,60}? ?niet|niet herken\w*",
        r"to (?:nie )?(?:byłeś|byłaś|był|była|ty|pan|pani|państwo)|(?:nie )?rozpozna\w+ (?:tej|tego"
        r"|tych)|(?:ne)?byli jste to vy|jste to (?:ne)?byli|nepoznáváte|(?:ne)?bol[ia] ste to vy",
        r"(?:et ollut|olitko|ollut) (?:se )?(?:sinä|itse)|etkö tunnista|jos et tunnista"
        r"|siz (?:değilseniz|miydiniz|değildiniz)|tan\u0131m\u0131yorsan\u0131z|sen değilsen"
        r"|(?:nem )?(?:ön|te) (?:volt\w?)|nem ismeri fel|nu (?:ai|ați) fost|nu recunoa\w+",
        r"(?:це|то) (?:були|був|не) (?:не )?ви|якщо це (?:були )?не ви|не впізна\w+|це ви"
        r"|(?:это )?(?:были|был) (?:не )?(?:вы|ты)|если это (?:были )?не (?:вы|ты)|не узна[её]\w+",
    )
    + "|본인이 아니|본인이 맞"
)
# … or that somebody came in, or tried to, which is all that such a notice tells
_SIGNED_IN = (
    r"(?:sign(?:ed|ing)?[- ]?(?:in|on)|logg?(?:ed|ing|e|a|er|et|ar|en)?[- ]?(?:in|on|into|på|inn"
    r"|ind)|access(?:ed|es)?|logins?"
    r"|sign-?ins?|log-?ins?|anmeld\w*|angemeldet|eingeloggt|zugriff\w*|pålogg\w*|innlogg\w*|logget"
    r"|inlogg\w*|loggat|loggade|logga|connexions?|connect\w*|accès|acceso|accedid\w|sesión"
    r"|access[oi]"
    r"|acced\w+|acess\w+|inlog\w*|ingelogd|aangemeld|aanmeld\w*|logowa\w*|zalogowa\w*|přihlá\w*"
    r"|prihlá\w*|oturum\w*|giriş\w*|вхід|входу|вход|входа|увійш\w+|увійти|вошёл|войти|kirjaut\w*"
    r"|bejelentkez\w*|conect\w*|autentific\w*|로그인\w*)"
)
_BETWEEN = r"\W{1,3}(?:[^\s.!?:]{1,24} ){0,6}?"
SIGNED_IN = re.compile(
    rf"(?<![\w-]){_SIGNED_IN}{_BETWEEN}(?:{YOURS.pattern})"
    rf"|(?:{YOURS.pattern}){_BETWEEN}{_SIGNED_IN}(?!\w)"
)


def account_notice(title: str, parts: Sequence[str]) -> str | None:
    """The words with which a letter asks whether its reader used the reader's own account, or None.

    >>> account_notice("New sign-in to your account", ["From 192.0.2.1. If this wasn't you, call."])
    "this wasn't you"
    >>> account_notice("", ["Your server attacks us. If this wasn't you, somebody broke in."])
    """
    text = "\n".join([title, *(part[:LOOKED_AT] for part in parts)]).lower()
    text = " ".join(text.replace("\u2019", "'").split())
    text = PHRASE.sub(" ", text)  # what a letter quotes of a notice is what it complains of
    if not YOURS.search(text):
        return None
    asked = WAS_IT_YOU.search(text) or SIGNED_IN.search(text)
    return asked[0][:LONGEST] if asked else None
