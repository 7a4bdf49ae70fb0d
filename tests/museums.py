"""Folders as museums' open data leaves them: tables and JSON in the published forms, and practice pictures.

Each function writes one museum's tables or folders and returns the commands that lead from there to a judged model.
The header lines were compared with the museums' public repositories; cells are written as the museums write them.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.data.collect.museum import redirect

MOST_PER_STYLE = 9
JUDGE = ["recipes/cross_validate.py", "--epochs", "0"]
HEADERS = {
    "MetObjects.csv": "Object Number,Is Highlight,Is Timeline Work,Is Public Domain,Object ID,Gallery Number,Department"
    ",AccessionYear,Object Name,Title,Culture,Period,Dynasty,Reign,Portfolio,Constituent ID,Artist Role,Artist Prefix"
    ",Artist Display Name,Artist Display Bio,Artist Suffix,Artist Alpha Sort,Artist Nationality,Artist Begin Date"
    ",Artist End Date,Artist Gender,Artist ULAN URL,Artist Wikidata URL,Object Date,Object Begin Date,Object End Date"
    ",Medium,Dimensions,Credit Line,Geography Type,City,State,County,Country,Region,Subregion,Locale,Locus,Excavation"
    ",River,Classification,Rights and Reproduction,Link Resource,Object Wikidata URL,Metadata Date,Repository,Tags"
    ",Tags AAT URL,Tags Wikidata URL",
    "202001-rma-csv-collection.csv": "objectInventoryNumber,objectPersistentIdentifier,objectTitle[1],objectType[1]"
    ",objectCreator[1],objectCreationDate[1],objectImage",
    "published_images.csv": "uuid,iiifurl,iiifthumburl,viewtype,sequence,width,height,maxpixels,openaccess,created"
    ",modified,depictstmsobjectid,assistivetext",
    "objects.csv": "objectid,uuid,accessioned,accessionnum,locationid,title,displaydate,beginyear,endyear"
    ",visualbrowsertimespan,medium,dimensions,inscription,markings,attributioninverted,attribution,provenancetext"
    ",creditline,classification,subclassification,visualbrowserclassification,parentid,isvirtual,departmentabbr"
    ",portfolio,series,volume,watermarks,lastdetectedmodification,wikidataid,customprinturl",
    "objects_terms.csv": "termid,objectid,termtype,term,visualbrowsertheme,visualbrowserstyle",
    "data.csv": "id,accession_number,share_license_status,tombstone,current_location,title,title_in_original_language"
    ",series,series_in_original_language,creation_date,creation_date_earliest,creation_date_latest,culture,technique"
    ",support_materials,department,collection,type,measurements,state_of_the_work,edition_of_the_work,creators"
    ",copyright,inscriptions,exhibitions,provenance,find_spot,related_works,former_accession_numbers,fun_fact"
    ",digital_description,wall_description,external_resources,citations,catalogue_raisonne,creditline,url,image_web"
    ",image_print,image_full,updated_at",
    "artwork_data.csv": "id,accession_number,artist,artistRole,artistId,title,dateText,medium,creditLine,year"
    ",acquisitionYear,dimensions,width,height,depth,units,inscription,thumbnailCopyright,thumbnailUrl,url",
}
NO_ID = "artworks that have no picture here"


class Work(NamedTuple):
    """One practice picture as a museum knows it."""

    number: int
    file: Path
    name: str
    style: str
    artist: str
    title: str

    @property
    def inverted(self):
        """The painter, family name first."""
        first, _, last = self.artist.rpartition(" ")
        return f"{last}, {first}" if first else last


def works_of(sample):
    """Paintings of the practice set, those whose painters are known."""
    works = []
    for style in sorted(path for path in Path(sample).iterdir() if path.is_dir()):
        files = [] if style.name in ("photo", "cartoon") else sorted(style.glob("*.jpg"))[:MOST_PER_STYLE]
        for file in files:
            artist, _, title = file.stem.partition("_")
            name = f"{style.name}-{file.stem}"
            number = len(works)
            works.append(Work(number, file, name, style.name, _spelled(artist), _spelled(title)))
    return works


def hang_all(museum, works):
    """Let the museum on this machine show all pictures, by image services and at plain addresses."""
    for work in works:
        with Image.open(work.file) as image:
            museum.pictures[work.name] = image.convert("RGB")
        museum.levels[work.name] = 2
        museum.put(f"/plain/{work.name}_8.jpg", work.file.read_bytes())
        museum.put(f"/google/{work.name}=s0", work.file.read_bytes())
        museum.put(f"/wiki/Special:FilePath/{work.name}%20(1).jpg", redirect(f"/plain/{work.name}_8.jpg"))


def met(folder, works, _museum):
    """MetObjects.csv with pictures named by Object ID; most rows have none. A column `style` is the user's."""
    rows = []
    for work in works:
        number = 436000 + work.number
        copied(work, folder / f"images/{number}.jpg")
        row = {"Object ID": number, "Title": work.title, "Artist Role": "Artist", "Artist Display Name": work.artist}
        row |= {"Artist Display Bio": "French, 1840–1926", "Artist Alpha Sort": work.inverted, "style": work.style}
        row["Artist Prefix"] = {2: "Workshop of", 5: "Style of"}.get(work.number % 9, "")
        if work.number % 9 == 7:
            row |= {"Artist Display Name": f"Jan Engraver|{work.artist}", "Artist Prefix": "|After"}
        rows.append(
            row | {"Object Date": f"ca. {1800 + work.number}", "Artist ULAN URL": "http://vocab.getty.edu/ulan/5"}
        )
    rows += [{"Object ID": number, "Object Name": "Coin", "Title": NO_ID} for number in range(200)]
    write(folder / "MetObjects.csv", rows, own_columns=("style",), encoding="utf-8-sig")
    columns = "filename=Object ID,label=style,author=Artist Display Name,attribution=Artist Prefix,date=Object Date"
    design = ["recipes/design.py", "--images", "met/images", "--csv", "met/MetObjects.csv", "--columns", columns]
    return [[*design, "--out", "runs/met"], judged("met", "met/images")]


def rijksmuseum(folder, works, museum):
    """The Rijksmuseum's CSV: a creator with a role before the name, an address that does not look like a picture."""
    rows = []
    for work in works:
        role = {2: "toegeschreven aan schilder", 5: "navolger van schilder"}.get(work.number % 9, "schilder")
        row = {"objectInventoryNumber": f"SK-A-{work.number}", "objectTitle[1]": work.title, "style": work.style}
        row |= {"objectType[1]": "schilderij", "objectCreator[1]": f"{role}: {work.inverted}"}
        rows.append(row | {"objectCreationDate[1]": "1642", "objectImage": f"{museum.url}/google/{work.name}=s0"})
    table = "202001-rma-csv-collection.csv"
    write(folder / table, rows, own_columns=("style",))
    fields = "author=objectCreator[1],title=objectTitle[1],date=objectCreationDate[1]"
    words = ["--address", "objectImage", "--fields", fields]
    return collected("rijksmuseum", f"rijksmuseum/{table}", words)


def nga(folder, works, museum):
    """Three tables of the National Gallery of Art: images, objects, terms; nothing is added."""
    images, objects, terms = [], [], []
    for work in works:
        attribution = {2: f"Follower of {work.artist}", 5: f"{work.artist} and Workshop"}.get(
            work.number % 9, work.artist
        )
        service = f"{museum.url}/image2/{work.name}"
        image = {"uuid": work.name, "iiifurl": service, "viewtype": "primary", "depictstmsobjectid": work.number}
        images.append(image | {"iiifthumburl": f"{service}/full/!200,200/0/default.jpg", "openaccess": 1})
        objects.append(
            {"objectid": work.number, "title": work.title, "attribution": attribution, "displaydate": "c. 1700"}
        )
        for kind, term in (("School", "French"), ("Style", work.style.title()), ("Theme", "landscape")):
            terms.append({"termid": len(terms), "objectid": work.number, "termtype": kind, "term": term})
    for file, rows in (("published_images.csv", images), ("objects.csv", objects), ("objects_terms.csv", terms)):
        write(folder / file, rows)
    key = "objectid=depictstmsobjectid"
    join = f"nga/objects.csv:{key},nga/objects_terms.csv[termtype=Style]:{key}"
    words = ["--join", join, "--fields", "label=term,author=attribution,date=displaydate"]
    return collected("nga", "nga/published_images.csv", words)


def cleveland(folder, works, museum):
    """Cleveland's data.csv: creators with life dates and roles, a licence for each work."""
    rows = []
    for work in works:
        prefix = {2: "Workshop of ", 5: "Circle of "}.get(work.number % 9, "")
        creators = f"{prefix}{work.artist} (French, born Spain, 1840–1926), artist"
        if work.number % 9 == 7:
            creators += "; Auguste Clot (French, 1858–1936), printer"
        address = f"{museum.url}/plain/{work.name}_8.jpg"
        row = {"id": work.number, "title": work.title, "creators": creators, "image_web": address, "style": work.style}
        row["share_license_status"] = "Copyrighted" if work.number == 0 else "CC0"
        rows.append(
            row | {"creation_date": "c. 1850", "image_print": address, "url": f"{museum.url}/art/{work.number}"}
        )
    write(folder / "data.csv", rows, own_columns=("style",))
    return collected("cleveland", "cleveland/data.csv", ["--rights", "CC0", "--fields", "label=style"])


def tate(folder, works, museum):
    """The Tate's artwork_data.csv: family names first, and "after" in a column of its own."""
    rows = []
    for work in works:
        role = {2: "after", 5: "and assistants"}.get(work.number % 9, "artist")
        row = {"id": work.number, "artist": work.inverted, "artistRole": role, "title": work.title, "style": work.style}
        rows.append(row | {"year": 1800, "thumbnailUrl": f"{museum.url}/plain/{work.name}_8.jpg"})
    write(folder / "artwork_data.csv", rows, own_columns=("style",))
    return collected("tate", "tate/artwork_data.csv", ["--fields", "attribution=artistRole"])


def chicago(folder, works, museum):
    """A page of answers of the Art Institute of Chicago: ids in place of addresses; nothing is added."""
    records = []
    for work in works:
        artist = {2: f"Workshop of {work.artist}", 5: f"Follower of {work.artist}"}.get(work.number % 9, work.artist)
        record = {"_score": 1.0, "id": work.number, "title": work.title, "image_id": work.name, "artist_title": artist}
        record |= {"date_display": "1884/86", "style_title": work.style.title(), "style_titles": [work.style, "French"]}
        records.append(
            record | {"is_public_domain": True, "thumbnail": {"lqip": "data:image/gif;base64,R0", "width": 9}}
        )
    records.append({"id": 999, "title": NO_ID, "image_id": None, "artist_title": None, "style_title": None})
    page = {"preference": None, "pagination": {"total": len(records)}, "data": records, "config": {"iiif_url": "…"}}
    folder.mkdir(parents=True)
    (folder / "artworks.json").write_text(json.dumps(page), encoding="utf-8")
    words = ["--address", f"{museum.url}/image2/{{image_id}}/full/843,/0/default.jpg"]
    words += ["--fields", "label=style_title,author=artist_title,date=date_display"]
    return collected("chicago", "chicago/artworks.json", words)


def wikidata(folder, works, museum):
    """A query's answers as Wikidata's page downloads them: a row for each movement, creators that are not known."""
    rows = []
    for work in works:
        row = {"item": f"http://www.wikidata.org/entity/Q{work.number}", "itemLabel": work.title}
        row["image"] = f"{museum.url}/wiki/Special:FilePath/{work.name}%20(1).jpg"
        row |= {"creatorLabel": work.artist, "inception": f"{1500 + work.number}-01-01T00:00:00Z"}
        if work.number % 9 == 2:
            row["creatorLabel"] = "http://www.wikidata.org/.well-known/genid/0a1b2c"
        rows.append(row | {"movementLabel": work.style})
        if work.number % 9 == 5:
            rows.append(row | {"movementLabel": "another movement"})
    write(folder / "query.csv", rows, header="item,itemLabel,image,creatorLabel,movementLabel,inception")
    fields = "label=movementLabel,author=creatorLabel,title=itemLabel,date=inception"
    return collected("wikidata", "wikidata/query.csv", ["--fields", fields])


def wikiart(folder, works, _museum):
    """A dump of WikiArt: style folders, painters and titles in the names of files."""
    for work in works:
        artist, title = (text.lower().replace(" ", "-") for text in (work.artist, work.title))
        copied(work, folder / work.style.title() / f"{artist}_{title}-1889.jpg")
    return [["recipes/design.py", "--images", "wikiart", "--out", "runs/wikiart"], judged("wikiart", "wikiart")]


def pixplot(folder, works, _museum):
    """A PixPlot: one folder, and metadata.csv, which names no painters."""
    rows = []
    for work in works:
        copied(work, folder / f"originals/{work.number:04}.jpg")
        row = {"filename": f"{work.number:04}.jpg", "category": work.style, "tags": "painting|landscape"}
        rows.append(row | {"description": work.title, "permalink": "https://museum.example/1", "year": 1800})
    write(folder / "metadata.csv", rows, header="filename,category,tags,description,permalink,year")
    words = ["--csv", "pixplot/metadata.csv", "--columns", "label=category,title=description"]
    design = ["recipes/design.py", "--images", "pixplot/originals", *words]
    return [[*design, "--out", "runs/pixplot"], judged("pixplot", "pixplot/originals")]


MUSEUMS = {
    "met": met,
    "rijksmuseum": rijksmuseum,
    "nga": nga,
    "cleveland": cleveland,
    "tate": tate,
    "chicago": chicago,
    "wikidata": wikidata,
    "wikiart": wikiart,
    "pixplot": pixplot,
}


def collected(name, table, words):
    """The three commands of a museum whose table has addresses of pictures."""
    out = f"runs/{name}"
    load = ["recipes/collect.py", table, *words, "--private", "--pause", "0", "--size", "64", "--out", out]
    design = ["recipes/design.py", "--images", f"{out}/images", "--csv", f"{out}/collected.csv", "--out", out]
    return [load, design, judged(name, f"{out}/images")]


def judged(name, images):
    """The command that judges a model."""
    return [*JUDGE, "--images", images, "--design", f"runs/{name}/design.csv", "--out", f"runs/{name}/cv"]


def write(path, rows, *, header=None, own_columns=(), encoding="utf-8"):
    """Write a table with its published header line, and with the columns that a user adds."""
    columns = (header or HEADERS[path.name]).split(",")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, [*columns, *own_columns], restval="")
        writer.writeheader()
        writer.writerows(rows)


def copied(work, path):
    """Copy the picture to where a museum's folder has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(work.file, path)


def _spelled(words):
    return words.replace("-", " ").title()
