/**
 * How people ask in English not to be contacted.
 *
 * Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe; other reasonable means count too);
 * CTIA and Twilio keyword lists.
 */
import { ATEND, ATSTART, FIRST, type Language, WORD } from './opt-out-language.ts';

/** What comes before the plain keyword in a sentence of its own: courtesies, reasons, the instruction repeated. */
const BEFORE =
  '(?:PLEASE|PLS|PLZ|KINDLY|JUST|NOW|OK|OKAY|HI|HEY|HELLO|NO|SORRY|NO THANKS|NO THANK YOU|YES|YEAH|YEP|SERIOUSLY|AGAIN|ENOUGH|(?:IM |I AM |WERE )?NOT INTERESTED|(?:IM |I AM )?NO LONGER INTERESTED|WRONG (?:NUMBER|PERSON)|I TOLD YOU|(?:I )?ALREADY TOLD YOU|FOR THE LAST TIME|(?:CAN|COULD|WOULD|WILL) (?:YOU|U)|(?:YOU|U) (?:NEED TO|MUST|HAVE TO|SHOULD)|REPLY|TEXT|TXT|SEND)';
const AFTER = '(?:PLEASE|PLS|PLZ|NOW|OK|THANKS|THANK YOU|THX|IMMEDIATELY|ASAP|ALREADY|IT|THIS|TODAY|FOREVER)';
const MINE =
  '(?:THIS (?:NUMBER|PHONE|ADDRESS|EMAIL)|MY (?:NUMBER|PHONE|CELL|MOBILE|EMAIL|ADDRESS|NAME|HOUSE|WIFE|HUSBAND|FAMILY))';
const ME = `(?:ME|US|${MINE})`;
const CONTACTING =
  '(?:TEXTING|TXTING|TXTIN|TEXTIN|MESSAGING|MSGING|CALLING|CALLIN|PHONING|RINGING|EMAILING|MAILING|CONTACTING|WRITING|SPAMMING|BOTHERING|HARASSING|PESTERING|ANNOYING|BUGGING|HASSLING|DISTURBING|HOUNDING|SOLICITING|SENDING)';
const CONTACT = '(?:TEXT|TXT|MESSAGE|MSG|CALL|PHONE|RING|EMAIL|MAIL|CONTACT|WRITE|SPAM|BOTHER|SEND|HARASS)';
const MESSAGES =
  '(?:TEXTS?|TXTS?|MESSAGES?|MSGS?|CALLS|EMAILS?|SMS|MAILS?|MAILINGS|SPAM|NOTIFICATIONS|ALERTS|PROMOTIONS|ADS|OFFERS|NEWSLETTERS?)';
/** "You never call me" complains of the opposite; "I told you, don't call me" does not. */
const NOT_A_REPROACH = '(?<! (?<! TOLD )(?:I|YOU|U|WE|THEY|YALL|PEOPLE|WHY) )';
const LIST = `(?: (?:OFF|FROM|OF|OUT|YOUR|YOURS|THE|THIS|THESE|ALL|ANY|UR|YALLS)){1,5}(?: (?!WAIT|GUEST|WISH)${WORD}){0,2} (?:LISTS?|DATABASE|SYSTEM|MAILINGS?|RECORDS|CONTACTS|${MESSAGES})(?= )`;

/** "delete my address, the new one is …" puts something right. */
const NO_NEW_ONE = `(?! [.,/] (?:[.,/] )?(?:${WORD} ){0,5}(?:NEW|INSTEAD)(?= ))`;

/** "STOP - John", "stop all this"; not: "stop by", "stop sign", "stop laughing", "stop the car". */
const NO_OTHER_STOP =
  '(?!(?:BY|IN|AT|ON|OFF|OVER|FOR|TO|NEAR|BEFORE|AFTER|UNTIL|TILL|WHEN|WHERE|WHAT|WHO|IF|AND|OR|THE|AN?|MY|YOUR|HIS|HER|THEIR|OUR|HIM|THEM|ME|US|IS|WAS|WILL|HAS|SIGNS?|LIGHTS?|WATCH(?:ES)?|GAP|LOSS|MOTION|ORDERS?|STREET|NUMBER|LOOK|DROP|RIGHT THERE|\\d+|LOL|OMG|HAHA|(?!EVERYTHING )[^ .,/]{1,27}ING) )';
const TWO_WORDS = `${WORD}(?: ,)?(?: ${WORD})?(?: ,)?(?= [./])`;
/** Who has been told to stop, and by whom. */
const TOLD_TO =
  '(?:I (?:ALREADY |JUST |CLEARLY )?SAID(?: ,)?|(?:WANT|NEED|ASK|ASKED|ASKING|TOLD|TELLING|LIKE|BEGGING|WARNED|WARNING) (?:YOU|U|YALL|THIS|THESE)(?: (?:GUYS|ALL|PEOPLE))? TO(?: PLEASE)?|MAKE (?:THIS|THESE|THEM))';
/** Where an instruction begins: "in the end texts are fine" holds none. */
const INSTRUCTS = `(?:${ATSTART}(?:${BEFORE} (?:, )?){0,2}|(?<= (?:TO|CAN|COULD|WOULD|WILL|YOU|PLEASE) ))`;
const KINDS =
  '(?:ALL|ANY|THE|THESE|THOSE|THIS|YOUR|MY|MORE|FURTHER|FUTURE|TEXT|PHONE|SMS|MARKETING|SALES|PROMOTIONAL|AUTOMATED)';
const TO_ME = `(?:TO ${ME}|FROM (?:YOU|U|THIS NUMBER|YOUR COMPANY)|RIGHT AWAY|AT ONCE|${AFTER})`;

export const ENGLISH: Language = {
  stop: [
    'STOP',
    'STOPALL',
    'STOP ALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'REMOVE',
  ],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
  intents: [
    // A sentence of its own, and with courtesies: "Not interested. Stop." "Please stop!" "stop it now"
    `(?<=\\. )(?:STOP|STOPALL|STOP ALL|UNSUBSCRIBE|OPTOUT|OPT OUT)(?= [./])`,
    `${ATSTART}(?:${BEFORE} (?:, )?){1,3}(?:STOP|UNSUBSCRIBE|OPT OUT)(?:(?: ,)? ${AFTER}){0,4}${ATEND}`,
    `${ATSTART}(?:STOP|UNSUBSCRIBE|OPT OUT)(?:(?: ,)? ${AFTER}){1,4}${ATEND}`,
    `${FIRST}STOP(?: ,)? ${NO_OTHER_STOP}${TWO_WORDS}`,
    `${FIRST}UNSUBSCRIBE(?: ,)? (?!(?:NO|NOT|NEVER) )${TWO_WORDS}`,
    `${FIRST}STOP (?:TO|2) (?:END|STOP|QUIT|CANCEL|UNSUBSCRIBE|OPT OUT)${ATEND}`,
    `${TOLD_TO} STOP(?:(?: ,)? ${AFTER}){0,4}${ATEND}`,
    // cancel all texts
    `${INSTRUCTS}(?:STOP|END|CANCEL|CEASE|DISCONTINUE)(?: ${KINDS}){0,3} ${MESSAGES}(?: ${TO_ME}){0,3}${ATEND}`,
    // stop texting me
    `(?:STOP|QUIT) WASTING (?:MY|OUR) TIME(?= )`,
    `(?:STOP|QUIT|CEASE)(?: ALL)? ${CONTACTING}(?: TO)?(?: ${ME}(?= )| (?:(?:ANY|ALL|THE|THESE|THOSE|YOUR|MORE|SUCH) ){0,3}${MESSAGES}(?= )|(?: ${AFTER}){0,3}${ATEND})`,
    `STOP (?:(?:ALL|THE|THESE|THOSE|YOUR|WITH|SENDING) ){1,3}${MESSAGES}(?= )`,
    // don't contact me again; not: "don't call me, text me", "don't call me Bob"
    `${NOT_A_REPROACH}(?:DONT|DO NOT|NEVER|NO LONGER)(?: EVER)? ${CONTACT}(?: TO)?(?: ${ME})?(?: (?:ANY|MORE|ANY MORE|YOUR|THESE|SUCH))?(?: ${MESSAGES})?(?: (?:AGAIN|ANYMORE|ANY MORE|EVER|AT ALL|PLEASE|PLS|PLZ|THANKS|THANK YOU)(?= )|(?= [./])|(?= , (?!(?:(?:PLEASE|JUST|ILL|I WILL|LETS) )?${CONTACT} )))`,
    `(?:DONT|DO NOT|NO LONGER) (?:WANT|WISH|WANNA|NEED|LIKE) (?:YOU TO ${CONTACT} (?:TO )?${ME}|TO HEAR FROM (?:YOU|U|YALL|THIS)|TO BE (?:CONTACTED|TEXTED|CALLED|EMAILED|MESSAGED)|(?:TO )?(?:(?:RECEIVE|RECEIVING|GET|GETTING|ANY|ANYMORE|MORE|THESE|THIS|YOUR|UR|OF) ){1,5}${MESSAGES})(?= )`,
    `(?<! (?:HAVE|HAS|HAD|ARE|WERE|IS|THERES|GOT) )NO MORE (?:OF )?(?:(?:YOUR|THESE|THE|TEXT|PHONE|SMS|MARKETING|SALES|PLEASE) ){0,3}${MESSAGES}(?= )`,
    // remove me, take me off your list
    `(?:REMOVE|DELETE|DROP) (?:ME|US)(?: ${AFTER}){0,3}(?:${ATEND}|${LIST})`,
    `(?:REMOVE|DELETE|DROP) ${MINE}(?: ${AFTER}){0,3}(?:${ATEND}${NO_NEW_ONE}|${LIST})`,
    `${ATSTART}(?:${BEFORE} ){0,2}REMOVE${LIST}`,
    `(?:TAKE|GET) ${ME}(?:${LIST}| OFF(?: ${AFTER}){0,3}${ATEND})`,
    `BE (?:TAKEN|REMOVED|DELETED)${LIST}`,
    `UNSUBSCRIBE (?:${ME}(?= )|FROM (?:YOUR|THIS|THESE|ALL|THE|UR)(?= ))`,
    `(?:WANT TO|WANNA|LIKE TO|WISH TO) STOP(?: ${AFTER}){0,3}${ATEND}`,
    `(?:WANT TO|WANNA|LIKE TO|WISH TO|HOW DO I|HOW CAN I|HOW TO|LET ME) (?:UNSUBSCRIBE|OPT OUT|STOP THIS|STOP THESE)(?: ${AFTER}){0,3}${ATEND}`,
    `(?:(?:DO NOT|DONT) (?:CALL|CONTACT|TEXT|MAIL|EMAIL)|NO CALL|DNC) (?:LISTS?|REGISTRY|REGISTER)(?= )`,
    `(?:PUT|ADD|PLACE) ${ME} (?:ON|TO|IN|ONTO)(?: (?:YOUR|THE|UR|A|NATIONAL|INTERNAL)){0,2} (?:DO NOT (?:CALL|CONTACT|TEXT)|DNC)(?= )`,
    `CEASE(?: AND| N)? DESIST(?= )`,
    `OPT ${ME} OUT(?= )`,
    `(?:I|IM|I AM) (?:OPT|OPTING) OUT${ATEND}`,
    `(?:REVOKE|REVOKING|WITHDRAW|WITHDRAWING) (?:MY |ALL )?(?:CONSENT|PERMISSION)(?= )`,
    `(?:LEAVE ME ALONE|LOSE (?:MY|THIS) NUMBER)(?= )`,
  ],
  negations: [
    'DONT',
    'DO NOT',
    'NEVER',
    'NOT',
    'WONT',
    'CANT',
    'CANNOT',
    'DIDNT',
    'DOESNT',
    'WOULDNT',
    'SHOULDNT',
    'WITHOUT',
    'DID YOU',
    'DID THEY',
  ],
};
