//! What the words in a title say about its column, in the languages of common exports.

/// Words of one meaning. A word stands for the start of a word in the title (`wait`: waiting, waited); `=word` for that
/// word alone; `*word` for any place, as in compounds (`*dauer`: Bearbeitungsdauer). Letters are folded: see `fold`.
pub type Words = &'static [&'static str];

/// The one who serves.
#[rustfmt::skip]
pub const PERSON: Words = &[
    "agent", "employee", "staff", "assignee", "assigned to", "assigned", "operator", "advisor", "adviser", "consultant",
    "representative", "=rep", "handler", "handled by", "resolver", "resolved by", "technician", "clerk", "officer",
    "answered by", "solved by", "served by", "owner", "team member", "staff member", "crew member", "colleague", "associate", "teller", "caseworker", "specialist",
    "*mitarbeiter", "*bearbeiter", "*berater", "betreuer", "kundenbetreuer", "zustaendig", "techniker", "verkaeufer",
    "conseiller", "employe", "collaborateur", "operateur", "technicien", "charge de", "traite par", "gestionnaire",
    "agente", "empleado", "asesor", "operador", "tecnico", "asignado", "atendido por", "ejecutivo", "gestor",
    "operatore", "addetto", "dipendente", "consulente", "incaricato",
    "medewerker", "behandelaar", "adviseur", "funcionario", "atendente", "colaborador", "pracownik", "konsultant",
];

/// The one who is served, or only wrote the row: never the one who is assessed.
#[rustfmt::skip]
pub const OUTSIDER: Words = &[
    "customer", "client", "requester", "requestor", "caller", "submitter", "reporter", "subscriber", "visitor", "guest",
    "patient", "created by", "opened by", "entered by", "reviewer", "rater", "contact name", "contact email",
    "*kunde", "*kunden", "anrufer", "melder", "einsender", "besteller", "erfasst von", "angelegt von", "erstellt von",
    "appelant", "demandeur", "usager", "cliente", "solicitante", "chiamante", "richiedente", "klant", "melder", "klient",
];

pub const TEAM: Words = &[
    "team",
    "group",
    "queue",
    "squad",
    "crew",
    "skill",
    "assignment group",
    "*gruppe",
    "warteschlange",
    "equipe",
    "groupe",
    "file d attente",
    "equipo",
    "grupo",
    "cola",
    "squadra",
    "gruppo",
    "coda",
    "groep",
    "wachtrij",
    "zespol",
];

pub const DEPARTMENT: Words = &[
    "department",
    "dept",
    "division",
    "section",
    "abteilung",
    "bereich",
    "sachgebiet",
    "referat",
    "departement",
    "departamento",
    "area",
    "reparto",
    "dipartimento",
    "afdeling",
    "dzial",
];

/// `Service` is a department in French; in English it is what the customer gets.
pub const SERVICE: Words = &["service"];

/// Words that only French titles have.
pub const FRENCH: Words =
    &["=de", "=du", "=des", "=la", "=les", "=le", "=conseiller", "=equipe", "=delai", "=duree", "=reponse"];

/// Words that titles of other Romance languages share with French ones, and French doesn't have.
pub const NOT_FRENCH: Words = &["=fecha", "=del", "=di", "=della", "=data", "=agente", "=do", "=da"];

/// What somebody wrote down in words of their own.
#[rustfmt::skip]
pub const FREE_TEXT: Words = &[
    "=notes", "comment", "remark", "description", "*bemerkung", "*kommentar", "*anmerkung", "beschreibung", "commentaire", "remarque", "observacion",
    "comentario", "commento", "opmerking", "uwagi", "verbatim", "=text", "subject line",
];

/// How a question begins whose answer names someone or a place.
pub const ASKS_FOR_NAME: Words = &[
    "which", "who", "where", "at which", "in which", "welche", "wer", "wo", "quel", "qui", "ou ", "cual", "quien",
    "donde", "quale", "chi ", "dove", "welk", "wie ", "waar",
];

/// Words for answers on a scale, the good ones and the others.
#[rustfmt::skip]
pub const GOOD_ANSWERS: &[&str] = &[
    "very satisfied", "satisfied", "extremely satisfied", "completely satisfied", "somewhat satisfied", "excellent", "very good", "good", "strongly agree", "agree", "very helpful",
    "helpful", "very easy", "easy", "very friendly", "friendly", "exceeded expectations", "sehr zufrieden", "zufrieden", "eher zufrieden", "sehr gut", "gut", "ausgezeichnet", "stimme zu", "stimme voll zu", "stimme eher zu",
    "trifft zu", "trifft eher zu", "tres satisfait", "satisfait", "plutot satisfait", "tres satisfaite", "satisfaite", "tres bien", "bien", "tout a fait d accord", "d accord", "plutot d accord",
    "muy satisfecho", "satisfecho", "muy satisfecha", "satisfecha", "muy bueno", "bueno", "de acuerdo", "totalmente de acuerdo", "molto soddisfatto", "soddisfatto", "ottimo", "buono", "d accordo", "zeer tevreden", "tevreden", "goed", "uitstekend",
];
#[rustfmt::skip]
pub const OTHER_ANSWERS: &[&str] = &[
    "neutral", "neither", "neither satisfied nor dissatisfied", "neither agree nor disagree", "average", "fair", "ok", "okay", "dissatisfied", "very dissatisfied", "unsatisfied", "very unsatisfied", "somewhat dissatisfied",
    "extremely dissatisfied", "completely dissatisfied", "poor", "very poor", "bad", "very bad", "terrible", "disagree", "strongly disagree", "not helpful", "unhelpful", "difficult", "very difficult", "hard", "met expectations", "below expectations", "unfriendly",
    "teils teils", "weder noch", "mittel", "befriedigend", "ausreichend", "unzufrieden", "sehr unzufrieden", "eher unzufrieden", "schlecht", "sehr schlecht", "mangelhaft", "stimme nicht zu", "stimme eher nicht zu", "trifft nicht zu", "trifft eher nicht zu",
    "neutre", "moyen", "passable", "insatisfait", "tres insatisfait", "plutot insatisfait", "insatisfaite", "tres insatisfaite", "mauvais", "tres mauvais", "pas d accord", "pas du tout d accord", "plutot pas d accord", "ni satisfait ni insatisfait",
    "regular", "insatisfecho", "muy insatisfecho", "malo", "muy malo", "en desacuerdo", "insoddisfatto", "molto insoddisfatto", "pessimo", "scarso", "sufficiente", "neutraal", "ontevreden", "zeer ontevreden", "slecht", "matig",
];

/// Titles that only the export of a survey program has.
pub const SURVEY_PROGRAM: Words = &["respondent", "collector", "questionnaire", "survey"];

/// A number that a company gives its own people.
#[rustfmt::skip]
pub const STAFF_NUMBER: Words = &[
    "*personalnr", "*personalnummer", "personal nr", "staff no", "staff num", "staff id", "employee no", "employee num", "employee id", "payroll", "badge",
    "agent no", "agent num", "agent id", "user id", "login", "matricule", "legajo", "matricola", "personeelsnummer", "numer pracownika", "*mitarbeiternr", "*mitarbeiternummer", "*mitarbeiter nr", "*mitarbeiter id",
];

/// Numbers that stand for a place or a thing.
pub const CODE: Words = &[
    "=code",
    "=codes",
    "postcode",
    "zip",
    "=plz",
    "postleitzahl",
    "codigo",
    "codice",
    "kod",
    "=iban",
    "phone number",
    "*telefonnummer",
];

/// Counts of something, although the title speaks of a number.
pub const COUNT: Words =
    &["number of", "num of", "no of", "count", "*anzahl", "=nombre", "=nb", "cantidad", "aantal", "liczba", "how many"];

pub const UNIT: Words = &[
    "business unit",
    "unit",
    "branch",
    "site",
    "location",
    "office",
    "region",
    "store",
    "shop",
    "country",
    "filiale",
    "standort",
    "niederlassung",
    "geschaeftsstelle",
    "agence",
    "site",
    "magasin",
    "bureau",
    "sucursal",
    "oficina",
    "tienda",
    "sede",
    "negozio",
    "vestiging",
    "kantoor",
    "filial",
    "loja",
    "oddzial",
];

/// The number of a row.
#[rustfmt::skip]
pub const IDENTITY: Words = &[
    "=id", "*ticket", "case", "reference", "=ref", "number", "=no", "=nr", "=num", "=key", "interaction", "incident",
    "call id", "uuid", "response id", "respondent", "conversation", "vorgang", "*nummer", "*vorgangsnr", "aktenzeichen", "=fall",
    "numero", "dossier", "folio", "codice", "caso", "pratica", "zaak", "protocolo", "chamado", "zgloszenie", "=#",
];

/// When the customer came.
#[rustfmt::skip]
pub const START: Words = &[
    "created", "opened", "open date", "open time", "received", "start", "submitted", "reported", "arrival", "arrived", "raised",
    "logged", "call date", "call time", "contact date", "contact time", "date of call", "begin", "entered", "offered", "queued",
    "erstellt", "eroeffnet", "angelegt", "*eingang", "beginn", "anruf", "gemeldet", "eingegangen", "start",
    "cree", "creation", "ouverture", "ouvert", "recu", "reception", "debut", "appel",
    "creado", "creacion", "apertura", "abierto", "recibido", "inicio", "llamada", "fecha de alta",
    "creato", "creazione", "aperto", "ricevuto", "inizio", "chiamata",
    "aangemaakt", "geopend", "ontvangen", "aberto", "criado", "abertura", "utworz",
];

/// When the customer was first answered.
#[rustfmt::skip]
pub const ANSWERED: Words = &[
    "first response", "first reply", "first answer", "answered", "responded", "replied", "picked up", "response time", "first contact at",
    "beantwortet", "erste antwort", "erstantwort", "erstreaktion", "angenommen", "reponse", "premiere reponse", "repondu",
    "respondido", "primera respuesta", "risposto", "prima risposta", "beantwoord",
];

/// When the matter was done.
#[rustfmt::skip]
pub const DONE: Words = &[
    "closed", "close", "resolved", "solved", "completed", "finished", "done", "fixed", "ended", "end time", "end date", "delivered", "settled",
    "geschlossen", "geloest", "erledigt", "abgeschlossen", "abschluss", "=ende", "beendet", "loesung",
    "ferme", "cloture", "=clos", "resolu", "=fin", "termine", "traite le",
    "cerrado", "cierre", "resuelto", "finalizado", "chiuso", "chiusura", "risolto", "=fine", "gesloten", "opgelost", "afgerond",
    "fechado", "encerrado", "resolvido", "zamkni",
];

/// When it was promised.
#[rustfmt::skip]
pub const DUE: Words = &[
    "=due", "deadline", "promised", "target date", "target time", "sla date", "sla due", "commit date", "faellig", "frist", "zieltermin", "=soll",
    "termin", "zugesagt", "echeance", "date limite", "promis", "vencimiento", "plazo", "fecha limite", "prometido", "scadenza",
    "vervaldatum", "prazo",
];

pub const DATE: Words = &[
    "date",
    "time",
    "timestamp",
    "=at",
    "when",
    "day",
    "*datum",
    "*zeitpunkt",
    "uhrzeit",
    "zeit",
    "tag",
    "zeitstempel",
    "heure",
    "jour",
    "horodat",
    "fecha",
    "hora",
    "dia",
    "data",
    "giorno",
    "ora",
    "tijd",
    "dag",
    "czas",
    "dzien",
    "responded",
    "returned",
    "completed",
];

/// Dates that are no moment of service.
#[rustfmt::skip]
pub const OTHER_DATE: Words = &[
    "birth", "=dob", "updated", "modified", "changed", "=last", "hired", "hire date", "joined", "exported", "imported", "printed", "expires", "expiry",
    "geburt", "geaendert", "letzte", "eintritt", "naissance", "modifie", "derniere", "=maj", "nacimiento", "modificado", "ultima",
    "nascita", "modifica", "geboorte", "gewijzigd",
];

pub const CLOCK: Words = &[
    "=time",
    "clock",
    "time of day",
    "call time",
    "uhrzeit",
    "=zeit",
    "heure",
    "=hora",
    "=ora",
    "=orario",
    "tijdstip",
    "horario",
];

/// A length of time that customers feel, or that the work takes: shorter is better.
#[rustfmt::skip]
pub const WAIT: Words = &[
    "wait", "speed of answer", "=asa", "response time", "reply time", "first response", "first reply", "time to", "handling", "handle time",
    "=aht", "duration", "resolution time", "resolution hours", "hours to", "minutes to", "days to", "seconds to", "days open", "delay",
    "hold", "=age", "lead time", "cycle time", "turnaround", "backlog", "talk time", "after call", "wrap", "=acw", "queue time", "=ring", "elapsed", "latency", "full resolution",
    "*wartezeit", "*bearbeitungszeit", "*reaktionszeit", "*antwortzeit", "*dauer", "*loesungszeit", "*liegezeit", "verzug", "*verspaetung",
    "*durchlaufzeit", "gespraechszeit", "nachbearbeitung", "*haltezeit", "klingel",
    "attente", "delai", "duree", "temps de", "retard", "espera", "demora", "duracion", "tiempo", "retraso", "duracao", "=tempo", "attesa", "durata", "ritardo",
    "wachttijd", "duur", "doorlooptijd", "reactietijd", "czas oczekiwania",
];

/// What nobody wants more of.
#[rustfmt::skip]
pub const BAD: Words = &[
    "reopen", "escalat", "complain", "error", "mistake", "transfer", "breach", "abandon", "=late", "overdue", "missed", "fail", "violat",
    "repeat", "callback needed", "defect", "rework", "unresolved", "dropped", "=lost", "incorrect", "reassign",
    "wiederoeffn", "wiedereroeffn", "eskal", "beschwerde", "*reklamation", "*fehler", "weiterleit", "weitergeleit", "verletz", "verspaet", "verpasst", "ueberfaellig",
    "aufgelegt", "verloren", "rouvert", "reouvert", "escalade", "reclam", "plainte", "erreur", "transfere", "manque", "abandon",
    "reabiert", "escala", "queja", "error", "transferid", "atrasad", "perdid", "riapert", "reclamo", "errore", "=perso",
    "heropend", "klacht", "fout", "gemist", "te laat",
];

/// What one wants more of.
#[rustfmt::skip]
pub const GOOD: Words = &[
    "resolved", "solve", "first contact", "first call", "=fcr", "kept", "on time", "in time", "ontime", "within", "=sla", "made sla", "=met", "service level", "quality", "=qa",
    "accuracy", "accurate", "complian", "adherence", "correct", "satisf", "answered", "success", "completed", "recommend", "passed", "helpful",
    "polite", "friendly", "courte", "greeting", "followed", "callback kept", "promise",
    "geloest", "erledigt", "erstloesung", "*loesungsquote", "puenktlich", "eingehalten", "erreich", "zufrieden", "qualitaet", "richtig", "korrekt", "beantwortet",
    "freundlich", "rechtzeitig", "termintreue", "erfolgreich",
    "resolu", "respecte", "a temps", "dans les delais", "atteint", "satisfait", "qualite", "reussi", "repondu", "premier contact",
    "resuelt", "cumplid", "a tiempo", "en plazo", "satisfech", "calidad", "correct", "primer contacto",
    "risolt", "rispettat", "in orario", "soddisfatt", "qualita", "opgelost", "op tijd", "tevreden", "kwaliteit", "gehaald", "resolvid", "no prazo", "rozwiaz",
];

/// An opinion of the customer, on a scale.
#[rustfmt::skip]
pub const RATING: Words = &[
    "rating", "score", "csat", "satisf", "stars", "star rating", "*bewertung", "*zufriedenheit", "*note", "sterne", "calificacion", "valoracion", "puntuacion", "voto",
    "valutazione", "soddisfazione", "evaluation", "note", "avis", "nota", "avaliacao", "beoordeling", "tevredenheid", "ocena", "quality of",
    "overall", "friendl", "helpful", "politeness", "courtesy", "freundlich", "kompetenz", "sterne", "experience", "ease", "effort score",
];

/// How likely the customer is to recommend, from 0 to 10.
#[rustfmt::skip]
pub const LIKELIHOOD: Words = &[
    "nps", "recommend", "likelihood", "likely", "promoter", "*empfehl", "*empfehlung", "*weiterempf", "recommand", "recomend", "recomendar", "consigli", "raccomand", "aanbevel", "poleca",
];

/// School marks, where 1 is the best.
pub const MARK: Words = &["*schulnote", "=note", "schulnoten"];

/// Units of time, in a title.
pub const TIME_UNIT: Words = &[
    "=s", "=sec", "=secs", "seconds", "=min", "=mins", "minutes", "=h", "=hrs", "=hours", "=hour", "=days", "=d",
    "=sek", "sekunden", "minuten", "=std", "stunden", "tage", "secondes", "heures", "jours", "segundos", "minutos",
    "horas", "dias", "secondi", "minuti", "ore", "giorni", "seconden", "uren", "dagen",
];

/// Titles of a survey's or complaint log's own columns.
pub const SURVEY: Words = &[
    "survey",
    "csat",
    "nps",
    "feedback",
    "questionnaire",
    "umfrage",
    "befragung",
    "enquete",
    "sondage",
    "encuesta",
    "sondaggio",
    "enquete",
    "ankieta",
    "response",
    "respondent",
    "pesquisa",
];

/// The first word of a row at the foot of a table.
#[rustfmt::skip]
pub const TOTAL: Words = &[
    "=total", "=totals", "grand total", "=sum", "=subtotal", "=average", "=avg", "=mean", "=count", "overall total", "=median",
    "=summe", "gesamtsumme", "=gesamt", "gesamtergebnis", "zwischensumme", "=durchschnitt", "=mittelwert", "=anzahl", "=schnitt",
    "=totaux", "=somme", "=moyenne", "total general", "=ensemble", "=suma", "=promedio", "=media", "=totale", "=somma", "=totaal", "=gemiddelde", "=soma",
    "=razem", "=lacznie",
];

/// How a remark under a table begins.
#[rustfmt::skip]
pub const REMARK: Words = &[
    "end of report", "end of file", "report generated", "generated", "exported", "printed", "records", "=rows", "rows exported",
    "erstellt am", "gedruckt", "exportiert", "ende", "stand", "genere", "exporte", "edite le", "generado", "exportado", "filter", "applied filters", "confidential", "page",
];

/// Words for yes and no, and pairs that say so in other words.
#[rustfmt::skip]
pub const YES_NO: &[(&[&str], &[&str])] = &[
    (&["yes", "y", "true", "ja", "j", "oui", "o", "si", "sí", "s", "sim", "wahr", "vrai", "verdadero", "vero", "waar", "tak", "evet", "da", "kyllä", "x", "✓", "✔"],
     &["no", "n", "false", "nein", "non", "não", "nao", "falsch", "faux", "falso", "nee", "onwaar", "nie", "hayır", "nej", "ei"]),
    (&["met", "kept", "within", "within sla", "in sla", "achieved", "compliant", "passed", "pass", "ok"],
     &["not met", "missed", "breached", "broken", "outside", "out of sla", "violated", "not achieved", "non-compliant", "failed", "fail", "not ok", "nok"]),
    (&["on time", "ontime", "in time"], &["late", "overdue", "delayed", "not on time"]),
    (&["resolved", "solved"], &["unresolved", "not resolved", "unsolved", "not solved"]),
    (&["answered"], &["abandoned", "missed", "unanswered", "not answered", "lost"]),
    (&["good", "positive", "satisfied", "happy"], &["bad", "negative", "dissatisfied", "unhappy", "unsatisfied", "not satisfied"]),
    (&["erfüllt", "eingehalten", "erreicht"], &["nicht erfüllt", "nicht eingehalten", "verletzt", "überschritten", "nicht erreicht", "verfehlt"]),
    (&["pünktlich", "rechtzeitig"], &["verspätet", "unpünktlich", "zu spät"]),
    (&["gelöst", "erledigt"], &["nicht gelöst", "ungelöst", "offen", "nicht erledigt", "unerledigt"]),
    (&["angenommen", "beantwortet"], &["verloren", "aufgelegt", "nicht angenommen", "verpasst", "unbeantwortet"]),
    (&["zufrieden"], &["unzufrieden", "nicht zufrieden"]),
    (&["respecté", "dans les délais", "à temps"], &["non respecté", "hors délai", "hors délais", "en retard", "dépassé"]),
    (&["résolu"], &["non résolu"]),
    (&["décroché", "répondu"], &["abandonné", "manqué", "non répondu", "perdu"]),
    (&["satisfait"], &["insatisfait", "non satisfait"]),
    (&["cumplido", "a tiempo", "en plazo"], &["incumplido", "no cumplido", "fuera de plazo", "atrasado"]),
    (&["resuelto"], &["no resuelto", "sin resolver"]),
    (&["satisfecho"], &["insatisfecho"]),
    (&["rispettato", "in orario", "nei tempi"], &["non rispettato", "in ritardo", "fuori tempo"]),
    (&["risolto"], &["non risolto", "irrisolto"]),
    (&["op tijd", "gehaald"], &["te laat", "niet gehaald"]),
];

/// Cells that say that nothing is known.
#[rustfmt::skip]
pub const NOTHING: &[&str] = &[
    "-", "--", "---", "–", "—", "?", "??", ".", "*", "n/a", "na", "n.a.", "#n/a", "#nv", "null", "nil", "none", "(none)", "(blank)", "blank", "unknown", "not available", "not applicable",
    "no answer", "not answered", "not rated", "unrated", "k.a.", "k. a.", "keine angabe", "keine", "unbekannt", "leer", "entfällt", "nicht bewertet", "n.d.", "nd", "s/o", "sans objet", "non renseigné",
    "inconnu", "aucun", "aucune", "sin datos", "s/d", "desconocido", "sin respuesta", "n.p.", "sconosciuto", "nessuno", "onbekend", "nvt", "n.v.t.", "brak", "(empty)", "empty", "undefined", "nan",
];

/// Small letters, no accents, one space between words, one before and one after: ` speed of answer `.
pub fn fold(title: &str) -> String {
    let mut out = String::from(" ");
    let mut before = ' ';
    for c in whole_words(title).chars() {
        // `N°` is an abbreviated numero.
        if matches!(c, '°' | 'º') && before.eq_ignore_ascii_case(&'n') {
            out.push('o');
            before = c;
            continue;
        }
        // SpeedOfAnswer is three words; ID and SLA are one.
        if before.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        before = c;
        for low in c.to_lowercase() {
            match low {
                'ä' | 'æ' => out.push_str("ae"),
                'ö' | 'œ' => out.push_str("oe"),
                'ü' => out.push_str("ue"),
                'ß' => out.push_str("ss"),
                'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => out.push('a'),
                'é' | 'è' | 'ê' | 'ë' | 'ę' => out.push('e'),
                'í' | 'ì' | 'î' | 'ï' => out.push('i'),
                'ó' | 'ò' | 'ô' | 'õ' | 'ø' => out.push('o'),
                'ú' | 'ù' | 'û' => out.push('u'),
                'ç' | 'ć' => out.push('c'),
                'ñ' | 'ń' => out.push('n'),
                'ł' => out.push('l'),
                'ś' => out.push('s'),
                'ź' | 'ż' => out.push('z'),
                '#' => out.push_str(" # "),
                other if other.is_alphanumeric() => out.push(other),
                _ => out.push(' '),
            }
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// Without what an apostrophe shortens: `d'appel` is about an appel, and `customer's` about a customer. Its letter would
/// else stand alone, as the sign of a unit does.
fn whole_words(title: &str) -> String {
    let is_mark = |c: char| matches!(c, '\'' | '’' | 'ʼ' | '`' | '´');
    let letters: Vec<char> = title.chars().collect();
    let letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphabetic());
    let mut out: String = String::new();
    for (at, c) in letters.iter().enumerate() {
        if !is_mark(*c) {
            out.push(*c);
            continue;
        }
        let short = out.chars().rev().take_while(|c| c.is_alphabetic()).count();
        let word: String = out.chars().skip(out.chars().count() - short).collect::<String>().to_lowercase();
        let elided =
            ["c", "d", "j", "l", "m", "n", "s", "t", "qu", "un", "dell", "all", "nell"].contains(&word.as_str());
        if elided && letter(Some(at + 1)) {
            out.truncate(out.len() - word.len());
        } else {
            out.push('\'');
        }
    }
    // A possessive ends its word.
    let mut kept = String::new();
    let mut rest = out.as_str();
    while let Some((before, after)) = rest.split_once('\'') {
        kept.push_str(before);
        let possessive = after.strip_prefix(['s', 'S']).filter(|a| !a.starts_with(char::is_alphanumeric));
        kept.push(' ');
        rest = possessive.filter(|_| before.ends_with(char::is_alphabetic)).unwrap_or(after);
    }
    kept + rest
}

/// Whether a folded text holds one of the words.
pub fn has(folded: &str, words: Words) -> bool {
    first(folded, words).is_some()
}

/// Position of the first of the words that the text holds: earlier ones in a list say more.
pub fn first(folded: &str, words: Words) -> Option<usize> {
    words.iter().position(|word| match word.split_at_checked(1) {
        Some(("=", whole)) => folded.contains(&format!(" {whole} ")),
        Some(("*", part)) => folded.contains(part),
        _ => folded.contains(&format!(" {word}")),
    })
}

/// Where in the text the last of the words ends: in `agent group`, the group is what is meant.
pub fn last(folded: &str, words: Words) -> Option<usize> {
    let end = |word: &&str| {
        let (found, bare) = match word.split_at_checked(1) {
            Some(("=", whole)) => (folded.rfind(&format!(" {whole} ")), whole),
            Some(("*", part)) => (folded.rfind(part).map(|at| at.saturating_sub(1)), part),
            _ => (folded.rfind(&format!(" {word}")), *word),
        };
        found.map(|at| at + 1 + bare.len())
    };
    words.iter().filter_map(end).max()
}

/// Whether it begins with one of the words.
pub fn begins(folded: &str, words: Words) -> bool {
    words.iter().any(|word| match word.strip_prefix('=') {
        Some(whole) => folded.starts_with(&format!(" {whole} ")),
        None => folded.starts_with(&format!(" {word}")),
    })
}

/// Whether a cell says that nothing is known.
pub fn is_nothing(text: &str) -> bool {
    NOTHING.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_many_systems() {
        assert_eq!(fold("SpeedOfAnswer (s)"), " speed of answer s ");
        assert_eq!(fold("Lösungszeit_in_h"), " loesungszeit in h ");
        assert_eq!(fold("Numéro d'appel"), " numero appel ");
        assert_eq!(fold("Durée de l’appel (s)"), " duree de appel s ");
        assert_eq!(fold("N° d'appel"), " no appel ");
        assert_eq!(fold("Agent's notes"), " agent notes ");
        assert_eq!(fold("Days' delay (d)"), " days delay d ");
        assert_eq!(fold("Don't know"), " don t know ");
        for (title, words, expected) in [
            ("Sachbearbeiter/in", PERSON, true),
            ("Assigned To", PERSON, true),
            ("Conseiller", PERSON, true),
            ("Customer name", PERSON, false),
            ("Customer name", OUTSIDER, true),
            ("Endkunde", OUTSIDER, true),
            ("Ticket-ID", IDENTITY, true),
            ("Valid", IDENTITY, false),
            ("Bearbeitungsdauer [min]", WAIT, true),
            ("Message", WAIT, false),
            ("Agent ID", WAIT, false),
            ("Latest update", BAD, false),
            ("Délai de réponse", WAIT, true),
            ("Weiterempfehlung (0-10)", LIKELIHOOD, true),
            ("Wiedereröffnet", BAD, true),
            ("Im Erstkontakt gelöst", GOOD, true),
            ("Summe", TOTAL, true),
            ("Summer hire", TOTAL, false),
        ] {
            assert_eq!(has(&fold(title), words), expected, "{title}");
        }
    }

    #[test]
    fn every_word_is_written_as_titles_are_folded() {
        for words in [
            PERSON,
            OUTSIDER,
            TEAM,
            DEPARTMENT,
            UNIT,
            FREE_TEXT,
            STAFF_NUMBER,
            CODE,
            START,
            ANSWERED,
            DONE,
            DUE,
            WAIT,
            BAD,
            GOOD,
            RATING,
            LIKELIHOOD,
            TOTAL,
        ] {
            for word in words {
                let bare = word.trim_start_matches(['=', '*']);
                assert_eq!(fold(bare).trim(), bare, "{word}");
            }
        }
        for (yes, no) in YES_NO {
            assert!(yes.iter().all(|w| !no.contains(w)), "{yes:?}");
            assert!(yes.iter().chain(*no).all(|w| w.to_lowercase() == *w));
        }
    }
}
