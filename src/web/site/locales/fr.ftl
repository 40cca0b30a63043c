# Ce que disent les pages en français. Un message qui manque ici fait échouer un test.

thousands = {"\u202F"}
colon = {"\u00A0"}:
day = { $d ->
    [1] 1er
   *[other] { $d }
 } { $month } { $y }
short-day = { $d ->
    [1] 1er
   *[other] { $d }
 } { $short } { $y }
week-day = { $weekday } { $day }
month = { $month } { $y }
short-month = { $short } { $y }
moment = { $day } à { $time } UTC
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
short-month-1 = janv.
short-month-2 = févr.
short-month-3 = mars
short-month-4 = avr.
short-month-5 = mai
short-month-6 = juin
short-month-7 = juil.
short-month-8 = août
short-month-9 = sept.
short-month-10 = oct.
short-month-11 = nov.
short-month-12 = déc.
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche

# Le cadre de chaque page.
skip = Aller au texte
navigation = Rubriques
nav-changes = Changements
nav-services = Services
nav-terms-types = Types
nav-subscribe = S’abonner
nav-status = Suivi
nav-about = À propos
languages = Langues
search-label = Chercher dans toutes les versions
search-placeholder = Toutes les versions
search-button = Chercher
crumbs = Vous êtes ici
colophon = Suivi par fineprint, logiciel libre sous EUPL 1.2. Tout ce qui figure ici se vérifie dans un historique git public.
colophon-api = Données pour programmes

# Nombres.
services-count = { $n ->
    [one] { $count } service
   *[other] { $count } services
 }
terms-count = { $n ->
    [one] { $count } document
   *[other] { $count } documents
 }
counting-changes = { $n ->
    [0] aucun changement notable
    [one] { $count } changement notable
   *[other] { $count } changements notables
 }

# Les sortes de changement.
kind-first = Premier texte
kind-substantive = Contenu
kind-editorial = Rédaction
kind-links = Liens
kind-formatting = Mise en page
kind-boilerplate = Alentours
kind-dates-numbers = Chiffres
kind-reorder = Ordre
kind-outage = Illisible
kind-recovery = De nouveau lisible
kind-blink = Va-et-vient
kind-real-revert = Retour en arrière
kind-technical-upgrade = Relecture technique
kind-unknown = Changement
meaning-first = le premier texte dont nous disposons
meaning-substantive = les conditions disent autre chose
meaning-editorial = d’autres mots, le même effet
meaning-links = seulement des adresses de liens
meaning-formatting = seulement la mise en page
meaning-boilerplate = seulement ce qui entoure le texte
meaning-dates-numbers = des dates, des nombres ou des montants
meaning-reorder = les mêmes mots dans un autre ordre
meaning-outage = une page d’erreur, de connexion, ou un fragment
meaning-recovery = le texte est de retour
meaning-blink = retour à un texte antérieur, par accident
meaning-real-revert = le fournisseur est revenu sur un changement
meaning-technical-upgrade = notre manière de lire a changé, non le texte

# Accueil et changements.
changes-title = Ce qui a changé
changes-lead = Les conditions de { $services }, soit { $terms }, lues depuis { $since }. Voici les changements qui comptent ;
changes-lead-empty = Rien n’a encore été enregistré.
others = { $n ->
    [0] rien d’autre n’a été enregistré.
    [one] { $count } autre ne compte pas{"\u00A0"}: texte antérieur revenu, texte illisible, liens, mise en page ou ordre.
   *[other] { $count } autres ne comptent pas{"\u00A0"}: textes antérieurs revenus, textes illisibles, liens, mise en page ou ordre.
 }
changes-all-title = Changements
changes-all-lead = Tout ce qui a été enregistré, jour par jour. Ce qui ne compte pas, comme les liens, la mise en page ou un texte revenu, est replié, sauf demande.
changes-none = Aucun changement ne correspond.
read-change = Lire le changement
read-text = Lire le texte
folded = { $n ->
    [one] { $count } changement qui ne compte pas
   *[other] { $count } changements qui ne comptent pas
 }
older = Changements plus anciens
newer = Changements plus récents
changes-follow = Suivre ces changements{"\u00A0"}:
filters = Filtres
filter-service = Service
filter-type = Type de conditions
filter-kind = Sorte
filter-since = Depuis le
filter-until = Jusqu’au
filter-any = tous
filter-significant = Seulement les changements qui comptent
filter-apply = Afficher
plot-title = Changements par mois
plot-counts = qui comptent
plot-others = tous les autres
plot-words = De { $from } à { $to } : { $counts }, { $all } en tout.
tracking-title = Suivi
tracking-all-read = Lors du dernier essai, tout a pu être lu ({ $terms }).
tracking-no-ledger = Aucun contrôle n’a encore été enregistré.
follow-title = Suivre
follow-build = composer un flux

# Services et types de conditions.
services-title = Services
services-lead = Suivi en cours : { $services }, soit { $terms }.
filter-as-you-type = Filtrer
column-service = Service
column-terms = Conditions
column-last-change = Dernier changement notable
column-last-version = Dernière version
column-changes = Changements notables
not-declared = n’est plus suivi
never = aucun à ce jour
service-lead = { $terms }, { $changes } depuis { $since }.
service-terms = Conditions
service-timelines = Sur un même axe
service-changes = Derniers changements
service-declaration = Déclaration
service-declaration-lead = Ce qui est suivi, et quelle partie de chaque page compte, tel que la collection le déclare.
types-title = Types de conditions
types-lead = La même sorte de texte d’un service à l’autre.
type-lead = Ces conditions, pour { $services }, côte à côte dans le temps.

# Des conditions et leurs versions.
terms-lead = { $changes } en { $months }. Dernière version du { $last }.
months-count = { $n ->
    [one] { $count } mois
   *[other] { $count } mois
 }
timeline-words = Les versions de { $it } sur un axe de temps. Elles figurent aussi sous « Ce qui a changé ».
text-of = Texte du { $it }
what-changed = Ce qui a changé
on-a-date = Texte en vigueur le
on-a-date-button = Afficher
cite = Citer
download = Télécharger
follow = Suivre
contents = Sommaire
whole-text = Lire le texte entier
version-title = { $terms }, texte du { $date }
version-older = Ce n’est pas le texte le plus récent.
version-outage = Ceci a été jugé ne pas être des conditions{"\u00A0"}: page d’erreur, page de connexion ou partie du texte. Ce qui s’appliquait alors se lit plutôt dans une autre version.
version-latest = Lire le plus récent
version-change = Ce qui a changé avec elle
version-next = La version suivante
version-previous = La version précédente
part-of = Partie { $n } sur { $of }
part-previous = Partie précédente
part-next = Partie suivante
part-whole = Texte entier, à imprimer ou à garder
evidence = Preuves
evidence-read = Lu
evidence-from = Depuis
evidence-commit = Commit
evidence-snapshot = Page telle que reçue
evidence-signature = Signature
signature-ssh = clé SSH
signature-openpgp = clé OpenPGP
signature-other = clé d’une autre sorte
signature-good = Valable, { $it }
signature-bad = Non valable, { $it }
signature-unchecked = { $it } ; non vérifiée ici
evidence-engine = Enregistré par
evidence-kind = Sorte
download-markdown = Markdown
download-html = HTML
download-snapshot = page reçue
cite-title = Citer cette version
cite-text = Texte
cite-sentence = { $service }, « { $type } », texte du { $date }, tel qu’enregistré par { $collection } (version { $id }), { $url }.
passage-link = Lien vers ce passage
applied-none = Aucun texte n’était enregistré au { $it }.
gap = illisible, { $days }
days-count = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
 }

# Un changement.
change-title = Changement du { $date }
change-between = du { $from } au { $to }
change-became = « { $old } » devient « { $new } »
change-added = Ajout : « { $new } »
change-removed = Suppression : « { $old } »
change-none = Les deux textes sont identiques.
change-only-markup = Rien de ce qui se lit comme des mots ne diffère.
view-inline = À la suite
view-sides = Côte à côte
view-links-on = Montrer { $count } changements de liens
view-links-off = Masquer les changements de liens
view-whole = Texte entier
view-changes = Changements seuls
next-change = changement suivant
previous-change = précédent
why-title = Pourquoi il compte
why-not-title = Pourquoi il ne compte pas
share-title = Partager
share-link = Lien vers ce changement
text-before = Texte avant
text-after = texte après
page-before = Page reçue avant
page-after = après
in-section = dans « { $it } »
fold-kept = { $n ->
    [one] { $count } paragraphe inchangé
   *[other] { $count } paragraphes inchangés
 }
block-moved = Déplacé ici depuis « { $it } »
block-moved-plain = Déplacé ici
block-moved-away = Déplacé vers « { $it } »
block-moved-away-plain = Déplacé ailleurs
link-changed = Lien « { $label } » : { $old } → { $new }
coarse-tooLarge = Les textes sont très longs : on compare des paragraphes entiers, non des mots.
coarse-tooDifferent = Les textes n’ont presque rien en commun : on compare des paragraphes entiers, non des mots.
coarse-outOfTime = La comparaison a duré trop longtemps : certains paragraphes sont comparés d’un bloc.
minimap = Où se trouvent les changements dans le texte
changed-paragraphs = { $n ->
    [one] { $count } paragraphe modifié
   *[other] { $count } paragraphes modifiés
 }
added-paragraphs = { $count } de plus
removed-paragraphs = { $count } de moins
moved-paragraphs = { $n ->
    [one] { $count } déplacé
   *[other] { $count } déplacés
 }
changed-links = { $n ->
    [one] { $count } lien
   *[other] { $count } liens
 }

# Recherche.
search-title = Recherche
search-lead = Chaque paragraphe de chaque version, une seule fois, avec la date où il est apparu et celle où il a été vu pour la dernière fois.
search-results = { $n ->
    [0] Rien n’a été trouvé pour « { $q } ».
    [one] { $count } passage pour « { $q } »
   *[other] { $count } passages pour « { $q } »
 }
search-building = Le texte intégral est en préparation : { $it } sont prêtes. Des résultats peuvent manquer.
search-not-understood = Cette recherche est incompréhensible : { $it }
search-first-seen = apparu le { $it }
search-last-seen = vu pour la dernière fois le { $it }
search-still-there = toujours présent
search-missing = { $n ->
    [one] absent une fois entre-temps
   *[other] absent { $count } fois entre-temps
 }
search-more = Plus de passages
search-help = Mettez les expressions entre guillemets ; un moins devant un mot écarte les passages où il figure ; une étoile après un début de mot remplace la suite.

# Abonnements.
subscribe-title = S’abonner
subscribe-lead = Choisissez ce dont vous voulez entendre parler. Un lecteur de flux, une messagerie ou l’outil d’une rédaction peut suivre les adresses ci-dessous.
subscribe-kinds = Sortes de changement
subscribe-words = Seulement les changements qui contiennent
subscribe-significant = Seulement les changements qui comptent
subscribe-which = Quels changements
subscribe-build = Composer le flux
subscribe-addresses = Adresses
subscribe-preview = Ce que ce flux aurait annoncé
subscribe-services = Services
subscribe-types = Types de conditions
subscribe-all = Tous les changements
subscribe-by-weight = celles qui comptent
subscribe-refused = Un tel flux n’existe pas : { $it }
subscribe-would-have = { $n ->
    [0] Rien au cours des { $back } passés.
    [one] Un changement au cours des { $back } passés.
   *[other] { $count } changements au cours des { $back } passés ; les plus récents :
 }
filter-all = tous
types-count = { $n ->
    [one] { $count } type
   *[other] { $count } types
 }
subscribe-opml = Tous les flux en OPML

# État du suivi.
status-title = État du suivi
status-lead = Quand chaque texte a été contrôlé pour la dernière fois, et ce qui l’empêche d’être lu le cas échéant.
status-none = Aucun contrôle n’a encore été enregistré : le prochain passage commencera.
status-ok = lu
status-failing = en échec depuis le { $it }
status-held = en attente depuis le { $it }
status-rejected = en attente depuis le { $it }, et écarté par une personne
status-faulty = plus suivi : sa déclaration est illisible
status-never = jamais contrôlé
status-last-check = Dernier contrôle
status-state = État
status-reason = Raison

# Flux.
feed-of = { $collection } : { $of }
feed-all = changements
feed-title = { $service } : { $terms }, { $what }
feed-join = {"\u00A0; "}
feed-first = premier texte
feed-changed = texte modifié
feed-upgraded = relecture technique
feed-no-longer-tracked = suivi arrêté
feed-no-longer-tracked-text = À partir d’ici, personne ne lit plus ce texte : qu’aucun changement ne soit annoncé ne veut pas dire qu’il n’y en a pas.
feed-service-removed = Plus rien n’est déclaré pour ce service.
feed-terms-removed = Ce texte n’est plus déclaré.
feed-ran-out = Ce texte était déclaré jusqu’au { $until }.
feed-unreadable = Ce texte est illisible depuis le { $since } : { $why }.
feed-tracked-again = suivi repris
feed-tracked-again-text = Ce texte est de nouveau suivi ; ce qui a changé entre-temps se trouve dans la version suivante.
feed-words-inserted = { $n ->
    [one] { $count } mot ajouté
   *[other] { $count } mots ajoutés
 }
feed-words-deleted = { $n ->
    [one] { $count } mot supprimé
   *[other] { $count } mots supprimés
 }
feed-version = la version
feed-snapshot = la page telle que reçue
feed-snapshot-before = la page reçue auparavant
feed-more = La suite n’est pas montrée ici.
feed-markup-only = Seuls des espaces ou des marques de mise en page diffèrent.
feed-moved-here = déplacé ici :

# À propos.
about-title = À propos
about-collection = Cette collection
about-how = Comment cela marche
about-how-text = Un programme lit chaque page plusieurs fois par jour, la garde telle que reçue, en extrait les conditions et les compare à la dernière version. Chaque étape est inscrite dans un historique git public, que chacun peut vérifier.
about-counts = Ce qui compte comme changement
about-counts-text = La plupart de ce qui bouge sur de telles pages ne dit rien : des liens, la mise en page, une erreur d’une heure. La sorte de chaque changement est établie par des règles fixes qui donnent leurs raisons ; rien n’est jamais retiré. Une personne peut corriger une sorte.
about-cite = Comment citer
about-cite-text = Chaque version, chaque changement, chaque passage a une adresse durable. « Citer », à côté d’un texte, donne la référence en texte, BibTeX ou CSL-JSON. Le signe ¶ à côté d’un passage y mène ; une fois suivi, la référence renvoie à ce passage.
about-data = Données et licences
about-data-text = Les textes appartiennent aux services qui les ont publiés. Ce que cette collection en dit (quel texte valait quand, ce qui a changé, de quelle sorte) peut être réutilisé sous l’Open Database License (ODbL 1.0), comme le disent ses jeux de données. Le logiciel est libre, sous EUPL 1.2, et facile à héberger.
about-api = Les programmes peuvent aussi tout lire ici :
about-languages = Langues
about-jurisdictions = Juridictions
about-people = Responsables
about-places = Dépôts
about-declarations = déclarations
about-versions = versions
about-snapshots = pages reçues
about-dataset = jeu de données
about-shapes = Ce que veulent dire les signes

# Ce qu’une copie du site en simples fichiers dit d’elle-même.
copy-note = Ceci est une copie du site au { $it }. Ce qui demande un serveur n’y est pas : la recherche dans toutes les versions, les filtres, les flux à composer, la comparaison de deux versions quelconques et l’interface pour programmes.
copy-form = Ceci est une copie sans serveur ; il en faudrait un pour choisir ici.
copy-search-lead = Cette copie n’a pas de serveur qui puisse chercher dans chaque version. Voici tous les textes, et les derniers changements avec les mots qui ont changé.
copy-search-filter = Mots à trouver
copy-column-words = Ce qui a changé
copy-column-of = Changements de
copy-subscribe-lead = Un lecteur de flux, une messagerie ou l’outil d’une rédaction peut suivre ces adresses. Les flux par sorte de changement ou par mots demandent un serveur.
copy-subscribe-all = Tout
copy-subscribe-parts = Un service, ou un type de textes

# Erreurs.
error-404 = Il n’y a rien ici
error-404-text = L’adresse est peut-être mal saisie, ou ce qui se trouvait ici porte désormais un autre nom.
error-400 = Ceci est incompréhensible
error-500 = Cela n’a pas marché
error-500-text = L’archive n’a pas pu être lue. Vous n’y êtes pour rien ; réessayez dans un instant.
error-home = Voir ce qui a changé

# Touches.
keys-title = Touches
keys-text = Des touches seules agissent pendant la lecture, et ne font rien pendant la saisie. On peut les désactiver ; ce navigateur s’en souvient.
keys-on = Raccourcis à une touche
print = Imprimer
change-link = Lien vers le changement { $it }

# Comparer deux versions.
compare-title = Comparer deux textes
compare-lead = Choisissez un service et ses conditions, puis deux de leurs versions ou deux dates.
compare-choose = Choisir ces conditions
compare-none-yet = choisir…
compare-of = Versions de
compare-versions = Deux versions
compare-days = Ce qui valait à deux dates
compare-from = Texte antérieur
compare-to = Texte postérieur
compare-day-from = Première date
compare-day-to = Seconde date
compare-button = Comparer
compare-any = Comparer deux versions
compare-none = Rien n’est enregistré de ces conditions.
compare-which = Une date ne dit rien sans un service et ses conditions.

# Noms qui ont changé.
formerly = Anciennement { $it }.
formerly-until = { $name } jusqu’au { $date }
former-name = « { $it } »

# Quand un texte n’a pu être lu.
gap-since = illisible depuis le { $it }
gap-times = illisible du { $from } au { $to }
gap-lasting = illisible depuis le { $it }
gap-why = { $times } : { $why }
gap-untracked = non suivi, { $days }
gap-untracked-times = non suivi du { $from } au { $to }
gap-untracked-since = non suivi depuis le { $it }
legend-gap = illisible
change-before = Le changement précédent
change-after = Le changement suivant
search-since = Présent à partir du
search-until = Apparu jusqu’au
about-host = Héberger une collection
about-host-text = Un seul programme suit, garde et sert une collection ; il ne lui faut que git. La première de ces commandes en montre une entière en quelques secondes.
gaps-title = Quand il n’a pu être lu
reading-fine = Lu pour la dernière fois le { $it }, inchangé depuis.
reading-over = N’est plus suivi ; lu pour la dernière fois le { $it }.
reading-troubled = Depuis lors : { $state } ; dernier essai le { $last }.
advice = Ce qu’on peut faire :
health-failing = { $count } en échec
health-held = { $count } en attente
column-health = Suivi
tracking-all = Tout l’état du suivi
more-troubled = { $n ->
    [one] et { $count } autre
   *[other] et { $count } autres
 }
outages-title = Interruptions des douze derniers mois
outages-lead = Les temps où un texte n’a pu être lu, les plus récents d’abord.
outages-when = Quand et pourquoi
outages-length = Durée
status-caption = L’état du suivi de chaque texte
status-excerpt = Ce que montre la page
status-summary = { $n ->
    [0] Lors du dernier essai, tout a pu être lu ({ $terms }).
    [one] Sur { $terms }, { $count } demande attention.
   *[other] Sur { $terms }, { $count } demandent attention.
 }
services-before = Services précédents
services-after = Services suivants
fetched-by-http = par HTTP
fetched-by-browser = dans un navigateur
fetched-in = depuis { $it }

# Un texte, mois par mois.
by-month = Mois par mois
calendar-words = Versions de { $it } mois par mois
calendar-year = Année
calendar-nothing = { $month } : rien de nouveau
calendar-cell = { $month } : { $counting }, { $others }
calendar-out = illisible pendant un temps
counting-versions = { $n ->
    [0] aucun changement notable
    [one] { $count } changement notable
   *[other] { $count } changements notables
 }
other-versions = { $n ->
    [0] rien d’autre
    [one] { $count } autre version
   *[other] { $count } autres versions
 }
all-changes = Tous les changements de ce texte
timeline-row = { $name } : { $changes } ; dernière version du { $last }
timeline-strokes = Les longs traits sont les changements notables, les courts tous les autres ; les noms mènent aux textes.

# Pour aller plus loin.
error-language = Pas dans cette langue
error-language-text = Ces pages sont écrites dans les langues ci-dessous.
error-ways = Vous cherchez peut-être
error-services = Tous les services

# Pourquoi un texte est retenu.
gate-bot-check = un contrôle anti-robot ({ $b }) : « { $a } »
gate-not-found = une page qui dit ne pas exister ({ $b }) : « { $a } »
gate-unavailable = une page qui dit ne pas pouvoir s’afficher ({ $b }) : « { $a } »
gate-sign-in = une page qui demande de se connecter ({ $b }) : « { $a } »
gate-consent = une page qui demande d’abord un accord ({ $b }) : « { $a } »
gate-astray = l’adresse mène à { $a }
gate-emptied = il ne reste que { $a } caractères sur { $b }
gate-remnant = il reste { $a } caractères sur { $b }
gate-short = { $a } caractères seulement
gate-collapsed = { $a } caractères, { $c } % des { $b } habituels
gate-blown-up = { $a } caractères, { $c } % des { $b } habituels
gate-other-language = en { $a } et non plus en { $b }

# Pourquoi un texte est en échec, et ce que l’on peut faire.
failure-blocked = le serveur refuse la demande
advice-blocked = réessayer plus tard, ou depuis une autre adresse ; peut-être mettre `executeClientScripts` à true
failure-bot-check = un service qui écarte les robots se tient devant la page
advice-bot-check = mettre `executeClientScripts` à true ; si cela persiste, demander au service de laisser passer fineprint
failure-sign-in-wall = la page n’est montrée qu’aux personnes connectées
advice-sign-in-wall = chercher une adresse publique du même texte
failure-rate-limited = le serveur demande moins de requêtes, ou de plus tardives
advice-rate-limited = augmenter `fetcher.hostDelay`, ou suivre ce service moins souvent
failure-robots = le robots.txt du site demande aux robots de ne pas lire cette page, et `fetcher.robots` vaut `obey`
advice-robots = demander au service, ou mettre `fetcher.robots` à `report`
failure-withheld = la page est retenue pour des raisons juridiques, souvent selon le pays
advice-withheld = lire depuis une adresse dans un autre pays
failure-not-found = cette page n’existe pas
advice-not-found = chercher la nouvelle adresse du document, et la déclarer
failure-gone = la page a été retirée définitivement
advice-gone = chercher la nouvelle adresse du document, ou mettre fin au suivi de ce texte
failure-server-error = le serveur est en panne
advice-server-error = attendre ; si cela dure des jours, vérifier que le service existe encore
failure-unexpected-status = le serveur a répondu par un statut qui n’accompagne aucun document
advice-unexpected-status = ouvrir l’adresse dans un navigateur, et voir où elle mène
failure-timed-out = la réponse n’est pas venue, ou pas en entier, à temps
advice-timed-out = attendre ; si cela dure, augmenter `fetcher.navigationTimeout`
failure-name-unknown = ce nom d’hôte n’existe pas
advice-name-unknown = vérifier l’orthographe du nom d’hôte, et que le service existe encore
failure-name-service = le service de noms n’a pas répondu
advice-name-service = vérifier le réseau de cette machine
failure-proxy = le proxy que nomme l’environnement n’a pas transmis la requête
advice-proxy = vérifier `HTTP_PROXY` et `HTTPS_PROXY` : l’adresse, et l’utilisateur et le mot de passe qu’elles contiennent
failure-refused = rien n’écoute à cette adresse
advice-refused = attendre ; si cela dure, vérifier que le service existe encore
failure-unreachable = aucun chemin ne mène à cette adresse
advice-unreachable = vérifier le réseau de cette machine
failure-connection-lost = la connexion s’est interrompue avant la fin de la réponse
advice-connection-lost = attendre ; si cela dure, le service écarte peut-être ainsi les robots : mettre `executeClientScripts` à true
failure-certificate = le serveur n’a pas pu prouver qu’il est celui demandé
advice-certificate = attendre que le service renouvelle son certificat, ou vérifier le nom d’hôte
failure-redirect-loop = les redirections n’en finissent pas
advice-redirect-loop = ouvrir l’adresse dans un navigateur, et déclarer celle où elle aboutit
failure-private-address = l’adresse, ou une à laquelle elle mène, n’est pas sur l’internet public
advice-private-address = mettre `fetcher.allowPrivateAddresses` à true si cette collection suit votre propre réseau
failure-leaves-the-web = une redirection mène à autre chose qu’une page web
advice-leaves-the-web = déclarer l’adresse de la page elle-même
failure-too-large = la réponse est plus longue que tout texte de conditions
advice-too-large = déclarer l’adresse du texte lui-même, ou augmenter `fetcher.maxMegabytes`
failure-empty = le serveur n’a rien envoyé
advice-empty = mettre `executeClientScripts` à true, ou chercher la nouvelle adresse du document
failure-not-text = ce qui est venu n’est ni du texte ni un fichier PDF
advice-not-text = déclarer l’adresse du texte lui-même
failure-not-understood = la réponse n’est pas ce que permet HTTP
advice-not-understood = ouvrir l’adresse dans un navigateur ; si la page s’y affiche, nous le dire
failure-no-browser = la page demande un navigateur, et aucun n’est installé
advice-no-browser = installer Chromium (`apt-get install chromium`) ; `fineprint doctor` dit ce qui est trouvé
failure-browser-failed = le navigateur a échoué sur cette page
advice-browser-failed = lancer `fineprint doctor` ; si d’autres pages passent, mettre `executeClientScripts` à false
failure-extraction-no-match = un sélecteur ne trouve rien
advice-extraction-no-match = corriger le sélecteur ; s’il correspondait avant, la page a changé : l’instantané enregistré montre comment
failure-extraction-empty-match = un sélecteur trouve un contenu vide
advice-extraction-empty-match = la page demande peut-être un navigateur : déclarer `executeClientScripts`
failure-extraction-selector = un sélecteur n’est pas valable
advice-extraction-selector = corriger le sélecteur dans la déclaration
failure-extraction-filter = un filtre a échoué
advice-extraction-filter = corriger le filtre, ou le retirer de la déclaration
failure-extraction-unreadable-pdf = un fichier PDF est illisible
advice-extraction-unreadable-pdf = voir l’instantané enregistré, et chercher une autre adresse du texte
failure-extraction-empty-pdf = un fichier PDF ne contient aucun texte
advice-extraction-empty-pdf = demander au service un fichier dont le texte se sélectionne
failure-extraction-too-large = la page demande plus de travail que permis
advice-extraction-too-large = déclarer des sélecteurs qui ne retiennent que les conditions
failure-unrecordable = l’archive ne peut l’enregistrer
advice-unrecordable = lancer `fineprint doctor`, et lire le journal
failure-no-snapshot = aucune page n’en a encore été enregistrée
advice-no-snapshot = attendre le prochain passage

# Noms de langues.
language-esperanto = espéranto
language-english = anglais
language-russian = russe
language-mandarin = mandarin
language-spanish = espagnol
language-portuguese = portugais
language-italian = italien
language-bengali = bengali
language-french = français
language-german = allemand
language-ukrainian = ukrainien
language-georgian = géorgien
language-arabic = arabe
language-hindi = hindi
language-japanese = japonais
language-hebrew = hébreu
language-yiddish = yiddish
language-polish = polonais
language-amharic = amharique
language-javanese = javanais
language-korean = coréen
language-bokmal = norvégien
language-danish = danois
language-swedish = suédois
language-finnish = finnois
language-turkish = turc
language-dutch = néerlandais
language-hungarian = hongrois
language-czech = tchèque
language-greek = grec
language-bulgarian = bulgare
language-belarusian = biélorusse
language-marathi = marathi
language-kannada = kannada
language-romanian = roumain
language-slovene = slovène
language-croatian = croate
language-serbian = serbe
language-macedonian = macédonien
language-lithuanian = lituanien
language-latvian = letton
language-estonian = estonien
language-tamil = tamoul
language-vietnamese = vietnamien
language-urdu = ourdou
language-thai = thaï
language-gujarati = gujarati
language-uzbek = ouzbek
language-punjabi = pendjabi
language-azerbaijani = azéri
language-indonesian = indonésien
language-telugu = télougou
language-persian = persan
language-malayalam = malayalam
language-oriya = odia
language-burmese = birman
language-nepali = népalais
language-sinhalese = cingalais
language-khmer = khmer
language-turkmen = turkmène
language-akan = akan
language-zulu = zoulou
language-shona = shona
language-afrikaans = afrikaans
language-latin = latin
language-slovak = slovaque
language-catalan = catalan
language-tagalog = tagalog
language-armenian = arménien
language-welsh = gallois
