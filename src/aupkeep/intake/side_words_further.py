"""The words for a side (`side_words`) of eight further languages.

Czech, Turkish, Ukrainian and Russian; Finnish, Hungarian, Romanian and Korean.
"""

SOURCE_FIELDS = (
    "zdroj,zdrojová ip,zdrojová adresa,zdrojová ip adresa,ip zdroje,útočník,ip útočníka,"
    "adresa útočníka,útočící ip,útočící adresa,kaynak,kaynak ip,kaynak adres,kaynak ip adresi,"
    "saldırgan,saldırgan ip,saldıran ip,saldıran,saldırganın ip adresi,джерело,ip джерела,"
    "адреса джерела,нападник,ip нападника,адреса нападника,ip атакуючого,атакуючий,"
    "источник,ip источника,ipадрес источника,адрес источника,атакующий,ip атакующего,нарушитель"
    ",lähde,lähde ip,lähdeosoite,hyökkääjä,hyökkääjän ip,forrás,forrás ip,forráscím,támadó"
    ",támadó ip,a támadó ip címe,sursă,sursa,ip sursă,ip sursa,adresă sursă,adresa sursă"
    ",atacator,ip atacator,출발지,출발지 ip,공격자,공격자 ip,공격 ip,공격 ip주소,공격지 ip,소스 ip"
)
TARGET_FIELDS = (
    "cíl,cílová ip,cílová adresa,cílová ip adresa,ip cíle,oběť,ip oběti,adresa oběti,napadená ip,"
    "náš server,naše,našeho,naší,našemu,hedef,hedef ip,hedef adres,hedef ip adresi,kurban,"
    "kurban ip,mağdur,sunucumuz,bizim,ціль,ip цілі,адреса цілі,цільова ip,цільова адреса,жертва,"
    "ip жертви,адреса жертви,наш,наша,нашого,нашої,наш сервер,цель,ip цели,адрес цели,"
    "назначение,ip назначения,адрес назначения,нашего,нашей"
    ",kohde,kohde ip,kohdeosoite,uhri,uhrin ip,palvelimemme,palvelintamme,palvelimellemme,cél"
    ",cél ip,célcím,áldozat,szerverünk,szerverünket,szerverünkre,destinație,destinatie"
    ",destinația,ip destinație,adresă destinație,țintă,ținta,victimă,către,asupra,împotriva"
    ",nostru,noastră,noastre,serverul nostru,목적지,목적지 ip,도착지,도착지 ip,대상 ip,대상 서버"
    ",피해 ip,피해 서버"
    ",피해자 ip,당사 서버,저희 서버,우리 서버"
)
SOURCE_PREPOSITIONS = (
    "z adresy,z vaší adresy,z vašej adresy,z vašej ip,z ip adresy,z vaší ip adresy,z ip,z vaší ip,"
    "ze serveru,od adresy,"
    "з адреси,з вашої адреси,з ip,з ip адреси,з вашої ip адреси,із,із адреси,від,від адреси,"
    "с,с адреса,с вашего адреса,с ip,с ipадреса,с вашего ip,с вашего ipадреса,со стороны"
    ",osoitteesta,ip osoitteesta,iposoitteesta,osoitteestanne,ip osoitteestanne"
    ",iposoitteestanne,palvelimelta,palvelimeltanne,palvelimestanne,ipcímről,címről,de la"
    ",de la ip,de la adresa,de la adresa ip,de pe,de pe serverul,de pe ip,de pe adresa,din ip"
    ",adresa ip"
)
PLAIN = (
    "서버,아이피,ip주소,주소,palvelin,osoite,osoitteessa,szerver,cím,címen,serverul,adresa ip"
    ",de pe ip"
)
YOURS = (
    "váš,vaše,vaší,vašej,vášho,vašom,vašeho,vašem,vašemu,ваш,ваша,вашого,вашої,вашій,вашому,"
    "вашего,вашей,вашем"
    ",teidän,önök,귀사,귀사의,귀하의,귀측"
)
HELD = (
    "adresa,adresy,adrese,serveru,síť,síti,sítě,zákazník,zákazníka,počítač,stroj,сервер,сервера,"
    "адреса,адреси,адресі,мережа,мережі,клієнт,клієнта,хост,комп'ютер,адрес,адресе,ipадрес,"
    "ipадреса,сервере,сеть,сети,клиент,клиента,компьютер"
    ",서버,서버 ip,ip주소,아이피,주소,고객,szervere,hálózata,palvelin,osoite"
)
OURS = (
    "náš,naše,našeho,naší,našemu,našem,наш,наша,нашого,нашої,нашу,нашому,нашего,нашей"
    ",meidän,저희,당사,우리,자사"
)
