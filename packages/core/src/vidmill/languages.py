"""Languages: the codes that media files state (ISO 639-2), the tags that players want (BCP 47), and
names to choose by. Pure."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "und"
"""What states that nobody knows the language (ISO 639-2; a tag as well: RFC 5646, 4.1)."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that has a code of two letters (ISO 639-1)."""

    tag: str
    """As in BCP 47: the shortest code there is (RFC 5646, 2.2.1)."""
    code: str
    """ISO 639-2, the terminological code where there are two."""
    name: str
    """In the language itself, as people look for their own; CLDR's."""


def find(language: str) -> Language | None:
    """The language of a tag or of a code of two or three letters; None for one without a code of
    two letters."""
    return _BY_CODE.get(language.split("-", 1)[0].lower())


def tag(language: str) -> str:
    """The shortest tag of a language. Unknown codes stay, as they are valid tags."""
    found = find(language)
    if found is None:
        return language
    return "-".join([found.tag, *language.split("-")[1:]])


def code(language: str) -> str:
    """ISO 639-2, the only kind that MP4 knows; what has none stays as it is."""
    found = find(language)
    return found.code if found else language


def name(language: str) -> str:
    """The language's own name; for a rare one its tag."""
    found = find(language)
    return found.name if found else language


# ISO 639-1, ISO 639-2 (terminological/bibliographic), name.
_TABLE = """
aa aar Afar
ab abk Abkhazian
ae ave Avestan
af afr Afrikaans
ak aka Akan
am amh አማርኛ
an arg Aragonese
ar ara العربية
as asm অসমীয়া
av ava Avaric
ay aym Aymara
az aze Azərbaycan
ba bak Башҡорт
be bel Беларуская
bg bul Български
bi bis Bislama
bm bam Bamanakan
bn ben বাংলা
bo bod/tib བོད་སྐད་
br bre Brezhoneg
bs bos Bosanski
ca cat Català
ce che Нохчийн
ch cha Chamorro
co cos Corsican
cr cre Cree
cs ces/cze Čeština
cu chu Church Slavic
cv chv Чӑваш чӗлхи
cy cym/wel Cymraeg
da dan Dansk
de deu/ger Deutsch
dv div Divehi
dz dzo རྫོང་ཁ
ee ewe Eʋegbe
el ell/gre Ελληνικά
en eng English
eo epo Esperanto
es spa Español
et est Eesti
eu eus/baq Euskara
fa fas/per فارسی
ff ful Pulaar
fi fin Suomi
fj fij Fijian
fo fao Føroyskt
fr fra/fre Français
fy fry Frysk
ga gle Gaeilge
gd gla Gàidhlig
gl glg Galego
gn grn Guarani
gu guj ગુજરાતી
gv glv Gaelg
ha hau Hausa
he heb עברית
hi hin हिन्दी
ho hmo Hiri Motu
hr hrv Hrvatski
ht hat Haitian Creole
hu hun Magyar
hy hye/arm Հայերեն
hz her Herero
ia ina Interlingua
id ind Indonesia
ie ile Interlingue
ig ibo Igbo
ii iii ꆈꌠꉙ
ik ipk Inupiaq
io ido Ido
is isl/ice Íslenska
it ita Italiano
iu iku Inuktitut
ja jpn 日本語
jv jav Jawa
ka kat/geo Ქართული
kg kon Kongo
ki kik Gikuyu
kj kua Kuanyama
kk kaz Қазақ тілі
kl kal Kalaallisut
km khm ខ្មែរ
kn kan ಕನ್ನಡ
ko kor 한국어
kr kau Kanuri
ks kas کٲشُر
ku kur Kurdî
kv kom Komi
kw cor Kernewek
ky kir Кыргызча
la lat Latin
lb ltz Lëtzebuergesch
lg lug Luganda
li lim Limburgish
ln lin Lingála
lo lao ລາວ
lt lit Lietuvių
lu lub Tshiluba
lv lav Latviešu
mg mlg Malagasy
mh mah Marshallese
mi mri/mao Māori
mk mkd/mac Македонски
ml mal മലയാളം
mn mon Монгол
mr mar मराठी
ms msa/may Melayu
mt mlt Malti
my mya/bur မြန်မာ
na nau Nauru
nb nob Norsk bokmål
nd nde isiNdebele
ne nep नेपाली
ng ndo Ndonga
nl nld/dut Nederlands
nn nno Norsk nynorsk
no nor Norsk
nr nbl South Ndebele
nv nav Navajo
ny nya Nyanja
oc oci Occitan
oj oji Ojibwa
om orm Oromoo
or ori ଓଡ଼ିଆ
os oss Ирон
pa pan ਪੰਜਾਬੀ
pi pli Pali
pl pol Polski
ps pus پښتو
pt por Português
qu que Runasimi
rm roh Rumantsch
rn run Ikirundi
ro ron/rum Română
ru rus Русский
rw kin Ikinyarwanda
sa san संस्कृत भाषा
sc srd Sardu
sd snd سنڌي
se sme Davvisámegiella
sg sag Sängö
si sin සිංහල
sk slk/slo Slovenčina
sl slv Slovenščina
sm smo Samoan
sn sna chiShona
so som Soomaali
sq sqi/alb Shqip
sr srp Српски
ss ssw Swati
st sot Sesotho
su sun Basa Sunda
sv swe Svenska
sw swa Kiswahili
ta tam தமிழ்
te tel తెలుగు
tg tgk Тоҷикӣ
th tha ไทย
ti tir ትግርኛ
tk tuk Türkmen dili
tl tgl Filipino
tn tsn Setswana
to ton Lea fakatonga
tr tur Türkçe
ts tso Tsonga
tt tat Татар
tw twi Twi
ty tah Tahitian
ug uig ئۇيغۇرچە
uk ukr Українська
ur urd اردو
uz uzb O‘zbek
ve ven Venda
vi vie Tiếng Việt
vo vol Volapük
wa wln Walloon
wo wol Wolof
xh xho IsiXhosa
yi yid ייִדיש
yo yor Èdè Yorùbá
za zha Vahcuengh
zh zho/chi 中文
zu zul isiZulu
"""


def _read() -> dict[str, Language]:
    found: dict[str, Language] = {}
    for line in _TABLE.strip().splitlines():
        short, codes, own = line.split(" ", 2)
        language = Language(short, codes.split("/")[0], own)
        for each in (short, *codes.split("/")):
            found[each] = language
    return found


_BY_CODE = _read()
