"""Public code lists: countries (ISO 3166-1 alpha-2), currencies (ISO 4217) and languages (BCP 47), by English name."""

from __future__ import annotations


def _table(text: str) -> dict[str, str]:
    pairs = (entry.strip().partition(" ") for entry in text.replace("\n", " ").split(";") if entry.strip())
    return {code: name for code, _, name in pairs}


COUNTRIES = _table(
    """
AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL Albania; AM Armenia;
AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AX Åland Islands;
AZ Azerbaijan; BA Bosnia and Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria;
BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Caribbean Netherlands;
BR Brazil; BS Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA Canada; CC Cocos Islands;
CD Democratic Republic of the Congo; CF Central African Republic; CG Republic of the Congo; CH Switzerland;
CI Côte d'Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia; CR Costa Rica; CU Cuba; CV Cabo Verde;
CW Curaçao; CX Christmas Island; CY Cyprus; CZ Czechia; DE Germany; DJ Djibouti; DK Denmark; DM Dominica;
DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain;
ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FM Micronesia; FO Faroe Islands; FR France; GA Gabon;
GB United Kingdom; GD Grenada; GE Georgia; GF French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland;
GM Gambia; GN Guinea; GP Guadeloupe; GQ Equatorial Guinea; GR Greece; GS South Georgia; GT Guatemala; GU Guam;
GW Guinea-Bissau; GY Guyana; HK Hong Kong; HM Heard Island; HN Honduras; HR Croatia; HT Haiti; HU Hungary;
ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ Iraq; IR Iran;
IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KI Kiribati;
KM Comoros; KN Saint Kitts and Nevis; KP North Korea; KR South Korea; KW Kuwait; KY Cayman Islands; KZ Kazakhstan;
LA Laos; LB Lebanon; LC Saint Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania;
LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF Saint Martin; MG Madagascar;
MH Marshall Islands; MK North Macedonia; ML Mali; MM Myanmar; MN Mongolia; MO Macao; MP Northern Mariana Islands;
MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia;
MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua; NL Netherlands;
NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia;
PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM Saint Pierre and Miquelon; PN Pitcairn;
PR Puerto Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS Serbia;
RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden; SG Singapore;
SH Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK Slovakia; SL Sierra Leone; SM San Marino; SN Senegal;
SO Somalia; SR Suriname; SS South Sudan; ST São Tomé and Príncipe; SV El Salvador; SX Sint Maarten; SY Syria;
SZ Eswatini; TC Turks and Caicos Islands; TD Chad; TF French Southern Territories; TG Togo; TH Thailand;
TJ Tajikistan; TK Tokelau; TL Timor-Leste; TM Turkmenistan; TN Tunisia; TO Tonga; TR Türkiye; TT Trinidad and Tobago;
TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; UM U.S. Outlying Islands; US United States; UY Uruguay;
UZ Uzbekistan; VA Vatican City; VC Saint Vincent and the Grenadines; VE Venezuela; VG British Virgin Islands;
VI U.S. Virgin Islands; VN Vietnam; VU Vanuatu; WF Wallis and Futuna; WS Samoa; YE Yemen; YT Mayotte;
ZA South Africa; ZM Zambia; ZW Zimbabwe
"""
)

CURRENCIES = _table(
    """
AED UAE dirhams; AFN afghanis; ALL leks; AMD drams; AOA kwanzas; ARS Argentine pesos; AUD Australian dollars;
AWG Aruban florins; AZN manats; BAM convertible marks; BBD Barbados dollars; BDT taka; BGN leva; BHD Bahraini dinars;
BIF Burundi francs; BMD Bermuda dollars; BND Brunei dollars; BOB bolivianos; BRL Brazilian reais; BSD Bahamian dollars;
BTN ngultrum; BWP pula; BYN Belarusian rubles; BZD Belize dollars; CAD Canadian dollars; CDF Congolese francs;
CHF Swiss francs; CLP Chilean pesos; CNY Chinese yuan; COP Colombian pesos; CRC colones; CUP Cuban pesos;
CVE escudos; CZK Czech crowns; DJF Djibouti francs; DKK Danish kroner; DOP Dominican pesos; DZD Algerian dinars;
EGP Egyptian pounds; ERN nakfa; ETB birr; EUR euros; FJD Fiji dollars; FKP Falkland Islands pounds; GBP British pounds;
GEL lari; GHS cedis; GIP Gibraltar pounds; GMD dalasi; GNF Guinean francs; GTQ quetzales; GYD Guyana dollars;
HKD Hong Kong dollars; HNL lempiras; HTG gourdes; HUF forints; IDR rupiah; ILS new shekels; INR Indian rupees;
IQD Iraqi dinars; IRR Iranian rials; ISK Icelandic kronur; JMD Jamaican dollars; JOD Jordanian dinars;
JPY Japanese yen; KES Kenyan shillings; KGS som; KHR riels; KMF Comorian francs; KPW North Korean won;
KRW South Korean won; KWD Kuwaiti dinars; KYD Cayman Islands dollars; KZT tenge; LAK kip; LBP Lebanese pounds;
LKR Sri Lankan rupees; LRD Liberian dollars; LSL maloti; LYD Libyan dinars; MAD Moroccan dirhams; MDL Moldovan lei;
MGA ariary; MKD denars; MMK kyats; MNT tugrik; MOP patacas; MRU ouguiya; MUR Mauritian rupees; MVR rufiyaa;
MWK Malawi kwacha; MXN Mexican pesos; MYR ringgit; MZN meticais; NAD Namibia dollars; NGN naira; NIO cordobas;
NOK Norwegian kroner; NPR Nepalese rupees; NZD New Zealand dollars; OMR Omani rials; PAB balboas; PEN soles; PGK kina;
PHP Philippine pesos; PKR Pakistani rupees; PLN zloty; PYG guaranies; QAR Qatari riyals; RON Romanian lei;
RSD Serbian dinars; RUB Russian rubles; RWF Rwandan francs; SAR Saudi riyals; SBD Solomon Islands dollars;
SCR Seychelles rupees; SDG Sudanese pounds; SEK Swedish kronor; SGD Singapore dollars; SHP Saint Helena pounds;
SLE leones; SOS Somali shillings; SRD Surinam dollars; SSP South Sudanese pounds; STN dobras; SYP Syrian pounds;
SZL emalangeni; THB baht; TJS somoni; TMT Turkmen manats; TND Tunisian dinars; TOP paanga; TRY Turkish lira;
TTD Trinidad and Tobago dollars; TWD Taiwan dollars; TZS Tanzanian shillings; UAH hryvnias; UGX Ugandan shillings;
USD US dollars; UYU Uruguayan pesos; UZS Uzbek sum; VES bolivars; VND dong; VUV vatu; WST tala; XAF Central African
francs; XCD East Caribbean dollars; XOF West African francs; XPF CFP francs; YER Yemeni rials; ZAR rand;
ZMW Zambian kwacha
"""
)

SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
    "CAD": "C$",
    "AUD": "A$",
}
"""Signs that stand before an amount."""

WHOLE = frozenset(
    {"JPY", "KRW", "VND", "CLP", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "BIF", "DJF", "GNF", "KMF", "VUV"}
)
"""Currencies without a minor unit."""

LANGUAGES = _table(
    """
af Afrikaans; am Amharic; ar Arabic; az Azerbaijani; be Belarusian; bg Bulgarian; bn Bengali; bs Bosnian; ca Catalan;
cs Czech; cy Welsh; da Danish; de German; de-AT Austrian German; de-CH Swiss German; el Greek; en English;
en-AU Australian English; en-CA Canadian English; en-GB British English; en-IN Indian English; en-US American English;
es Spanish; es-AR Argentine Spanish; es-MX Mexican Spanish; et Estonian; eu Basque; fa Persian; fi Finnish;
fil Filipino; fr French; fr-CA Canadian French; ga Irish; gl Galician; gu Gujarati; ha Hausa; he Hebrew; hi Hindi;
hr Croatian; hu Hungarian; hy Armenian; id Indonesian; ig Igbo; is Icelandic; it Italian; ja Japanese; ka Georgian;
kk Kazakh; km Khmer; kn Kannada; ko Korean; lo Lao; lt Lithuanian; lv Latvian; mk Macedonian; ml Malayalam;
mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; nb Norwegian; ne Nepali; nl Dutch; pa Punjabi; pl Polish;
pt Portuguese; pt-BR Brazilian Portuguese; ro Romanian; ru Russian; si Sinhala; sk Slovak; sl Slovenian; so Somali;
sq Albanian; sr Serbian; sv Swedish; sw Swahili; ta Tamil; te Telugu; th Thai; tl Tagalog; tr Turkish; uk Ukrainian;
ur Urdu; uz Uzbek; vi Vietnamese; xh Xhosa; yo Yoruba; zh Chinese; zh-CN Simplified Chinese; zh-TW Traditional Chinese;
zu Zulu
"""
)
