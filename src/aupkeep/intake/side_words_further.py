"""The words for a side (`side_words`) in Czech, Turkish, Ukrainian and Russian."""

SOURCE_FIELDS = (
    "zdroj,zdrojová ip,zdrojová adresa,zdrojová ip adresa,ip zdroje,útočník,ip útočníka,"
    "adresa útočníka,útočící ip,útočící adresa,kaynak,kaynak ip,kaynak adres,kaynak ip adresi,"
    "saldırgan,saldırgan ip,saldıran ip,saldıran,saldırganın ip adresi,джерело,ip джерела,"
    "адреса джерела,нападник,ip нападника,адреса нападника,ip атакуючого,атакуючий,"
    "источник,ip источника,ipадрес источника,адрес источника,атакующий,ip атакующего,нарушитель"
)
TARGET_FIELDS = (
    "cíl,cílová ip,cílová adresa,cílová ip adresa,ip cíle,oběť,ip oběti,adresa oběti,napadená ip,"
    "náš server,naše,našeho,naší,našemu,hedef,hedef ip,hedef adres,hedef ip adresi,kurban,"
    "kurban ip,mağdur,sunucumuz,bizim,ціль,ip цілі,адреса цілі,цільова ip,цільова адреса,жертва,"
    "ip жертви,адреса жертви,наш,наша,нашого,нашої,наш сервер,цель,ip цели,адрес цели,"
    "назначение,ip назначения,адрес назначения,нашего,нашей"
)
SOURCE_PREPOSITIONS = (
    "z adresy,z vaší adresy,z ip adresy,z vaší ip adresy,z ip,z vaší ip,ze serveru,od adresy,"
    "з адреси,з вашої адреси,з ip,з ip адреси,з вашої ip адреси,із,із адреси,від,від адреси,"
    "с,с адреса,с вашего адреса,с ip,с ipадреса,с вашего ip,с вашего ipадреса,со стороны"
)
YOURS = "váš,vaše,vaší,vašeho,vašem,vašemu,ваш,ваша,вашого,вашої,вашій,вашому,вашего,вашей,вашем"
HELD = (
    "adresa,adresy,adrese,serveru,síť,síti,sítě,zákazník,zákazníka,počítač,stroj,сервер,сервера,"
    "адреса,адреси,адресі,мережа,мережі,клієнт,клієнта,хост,комп'ютер,адрес,адресе,ipадрес,"
    "ipадреса,сервере,сеть,сети,клиент,клиента,компьютер"
)
OURS = "náš,naše,našeho,naší,našemu,našem,наш,наша,нашого,нашої,нашу,нашому,нашего,нашей"
