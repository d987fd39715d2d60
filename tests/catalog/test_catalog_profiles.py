"""Built-in profiles: what each one reads, and which file it recognises."""

from __future__ import annotations

import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import loinc_table
from wbc_tracker.catalog.profiles import (
    Profile,
    find_fitting,
    load_profiles,
)
from wbc_tracker.errors import AmbiguousFileError

CATALOG = load_catalog()
PROFILES = load_profiles()

#: Header lines as these exports print them, by the profile that must recognise them ("" for none).
HEADERS = [
    ("generic", "patient_id,collected_at,analyte,value,unit,ref_low,ref_high"),
    ("generic", "collected_at,analyte,value,unit"),
    ("labcorp", "Date Collected,Test,Current Result and Flag,Previous Result and Date,Units,Reference Interval"),
    ("mychart", "Date,Component,Your Value,Standard Range,Flag"),
    ("mychart", "Component,Your value,Standard range"),
    ("synthea", "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE"),
    ("synthea", "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,VALUE,UNITS,TYPE"),
    ("sdtm-lb", "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBCAT,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,LBSTRESN,"
                "LBSTRESU,LBNRIND,LBBLFL,VISITNUM,VISIT,LBDTC"),
    ("omop", "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_time,"
             "measurement_type_concept_id,operator_concept_id,value_as_number,value_as_concept_id,unit_concept_id,"
             "range_low,range_high,provider_id,visit_occurrence_id,visit_detail_id,measurement_source_value,"
             "measurement_source_concept_id,unit_source_value,value_source_value"),
    ("mimic", "labevent_id,subject_id,hadm_id,specimen_id,itemid,order_provider_id,charttime,storetime,value,valuenum,"
              "valueuom,ref_range_lower,ref_range_upper,flag,priority,comments"),
    ("mimic", "ROW_ID,SUBJECT_ID,HADM_ID,ITEMID,CHARTTIME,VALUE,VALUENUM,VALUEUOM,FLAG"),
    ("pcornet", "LAB_RESULT_CM_ID,PATID,ENCOUNTERID,SPECIMEN_SOURCE,LAB_LOINC,LAB_ORDER_DATE,SPECIMEN_DATE,"
                "SPECIMEN_TIME,RESULT_DATE,RESULT_TIME,RESULT_QUAL,RESULT_NUM,RESULT_MODIFIER,RESULT_UNIT,NORM_RANGE_LOW,"
                "NORM_MODIFIER_LOW,NORM_RANGE_HIGH,NORM_MODIFIER_HIGH,ABN_IND,RAW_LAB_NAME,RAW_RESULT"),
    ("i2b2", "ENCOUNTER_NUM,PATIENT_NUM,CONCEPT_CD,PROVIDER_ID,START_DATE,MODIFIER_CD,INSTANCE_NUM,VALTYPE_CD,"
             "TVAL_CHAR,NVAL_NUM,VALUEFLAG_CD,QUANTITY_NUM,UNITS_CD,END_DATE,LOCATION_CD,OBSERVATION_BLOB"),
    ("german-lab", "Datum;Untersuchung;Ergebnis;Einheit;Normbereich"),
    ("whoop", "Biomarker Name,Value,Status,Recorded On Date"),
    # Neighbours that must not be taken for one of them.
    ("", "subject_id,hadm_id,stay_id,caregiver_id,charttime,storetime,itemid,value,valuenum,valueuom,warning,flag"),
    ("", "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION"),
    ("", "Test Name,In Range,Out Of Range,Reference Range,Lab"),
    ("", "Test Name,Result,Flag,Reference Range,Lab,Collected"),
    ("", "taken_on,marker,value,unit,note"),
    ("", "date,WBC,CD19"),
    ("", "05-Jun-2026,Total white cell count,5.7 10*9/L,2.9 - 9.6 10*9/L,"),
    ("", "patient_id,collected_at,analyte,loinc,value,comparator,unit,reported_analyte,reported_value,reported_unit"),
]  # fmt: skip


def cut(header: str) -> list[str]:
    return header.split(";" if ";" in header else ",")


@pytest.mark.parametrize(("id", "header"), HEADERS)
def test_a_header_is_recognised_by_its_profile_and_by_no_other(id, header):
    assert [profile.id for profile in PROFILES.values() if profile.fits(cut(header))] == ([id] if id else [])


@pytest.mark.parametrize(("id", "header"), HEADERS)
def test_the_order_and_spelling_of_headers_do_not_matter(id, header):
    spelled = [name.replace("_", " ").title() for name in reversed(cut(header))]
    found = find_fitting(spelled, PROFILES)
    assert (found.id if found else "") == id


def test_every_recognisable_profile_has_a_header_here():
    assert {id for id, _ in HEADERS if id} == {profile.id for profile in PROFILES.values() if profile.headers}


def test_no_two_built_in_profiles_ask_for_headers_that_one_file_has():
    """A file with the headers of two would fit both, unless one of them refuses what the other asks for."""
    asked = {p.id: {fold_name(name) for name in p.headers} for p in PROFILES.values() if p.headers}
    assert [(a, b) for a in asked for b in asked if a != b and asked[a] <= asked[b]] == []


def test_the_profiles_that_were_promised_are_there():
    promised = {"labcorp", "quest", "mychart", "nhs-record", "sdtm-lb", "synthea", "omop", "mimic", "german-lab"}
    assert promised | {"generic"} <= set(PROFILES)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_built_in_profile_says_what_it_is_and_can_read_a_result(profile):
    assert profile.title
    assert profile.source
    assert profile.description.endswith(".")
    assert {"collected_at", "value", "analyte"} <= set(profile.columns)
    assert profile.layout == "long"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_names_are_given_only_where_the_catalogue_would_not_know_them(profile):
    from wbc_tracker.catalog.naming import name_table

    known = {name: ids for name, ids in name_table(CATALOG).items() if fold_name(name) in map(fold_name, profile.names)}
    # Where both know a name they must agree; the bare stems (a count or a percentage) must stay open.
    assert {name: ids for name, ids in known.items() if len(ids) > 1} == {}
    meaning = {fold_name(name): id for name, id in profile.names.items()}
    assert {name: meaning[name] for name in known} == {name: ids[0] for name, ids in known.items()}


#: Item id -> LOINC code, copied by hand from MIT-LCP/mimic-code, d_labitems_to_loinc.csv and the OMOP map beside it
#: (51166: OMOP 3010503, CD19 cells [#/volume] in Blood; 51165: OMOP 3016228, CD19 cells/100 cells in Blood).
MIMIC_LOINC = {
    "51301": "6690-2", "52075": "751-8", "51256": "770-8", "51133": "731-0", "51244": "736-9", "52074": "742-7",
    "51254": "5905-5", "52073": "711-2", "51200": "713-8", "52069": "704-7", "51146": "706-2", "52135": "38518-7",
    "51166": "8116-6", "51165": "8117-4", "51222": "718-7", "51221": "4544-3", "51279": "789-8", "51265": "777-3",
}  # fmt: skip


def test_mimic_items_mean_what_their_loinc_codes_mean():
    names = PROFILES["mimic"].names
    assert {item: names[item] for item in MIMIC_LOINC} == {i: loinc_table(CATALOG)[c] for i, c in MIMIC_LOINC.items()}


#: Item id -> OMOP concept id, copied by hand from d_labitems_to_omop.csv: two profiles that must agree.
MIMIC_OMOP = {
    "51301": "3000905", "51300": "3000905", "52075": "3013650", "51256": "3008342", "51133": "3004327",
    "52769": "3004327", "51244": "3037511", "51245": "3037511", "52074": "3033575", "51254": "3011948",
    "52073": "3028615", "51200": "3010457", "52069": "3013429", "51146": "3013869", "52135": "3050479",
    "51166": "3010503", "51165": "3016228", "51170": "3018071", "51169": "3022878", "51130": "3011412",
    "51175": "3011412", "51174": "3022533", "51176": "3022533", "51131": "3028167", "51180": "3014037",
    "51132": "3001405", "51194": "3007449", "51181": "40757349", "50950": "3005719", "50949": "3007164",
    "50951": "3028026", "51222": "3000963", "51221": "3023314", "51279": "3020416", "51265": "3024929",
}  # fmt: skip


def test_mimic_items_and_omop_concepts_agree():
    mimic, omop = PROFILES["mimic"].names, PROFILES["omop"].names
    assert {item: mimic[item] for item in MIMIC_OMOP} == {item: omop[concept] for item, concept in MIMIC_OMOP.items()}
    assert set(mimic) - set(MIMIC_OMOP) == {"51199", "51253"}  # counts per uL, the older items of the same tests


def test_what_the_laboratory_printed_is_read_not_what_was_made_of_it():
    """`<5` is a limit: `valuenum`, `value_as_number` and LBSTRESN have lost the sign."""
    assert PROFILES["mimic"].columns["value"] == "value"
    assert PROFILES["omop"].columns["value"] == "value_source_value"
    assert PROFILES["omop"].columns["comparator"] == "operator_concept_id"
    assert PROFILES["sdtm-lb"].columns["value"] == "LBORRES"
    assert PROFILES["sdtm-lb"].columns["unit"] == "LBORRESU"


def test_the_previous_result_of_a_labcorp_report_is_left_out():
    assert "Previous Result and Date" in PROFILES["labcorp"].ignore


def test_columns_that_a_file_lacks_are_left_out():
    found = PROFILES["mimic"].columns_in(["SUBJECT_ID", "ITEMID", "CHARTTIME", "VALUE", "VALUEUOM", "FLAG"])
    assert found == {
        "patient_id": "SUBJECT_ID",
        "analyte": "ITEMID",
        "collected_at": "CHARTTIME",
        "value": "VALUE",
        "unit": "VALUEUOM",
        "abnormal_flag": "FLAG",
    }


def test_two_profiles_that_fit_are_an_error_naming_both():
    both = {id: Profile(id, {}, headers=(header,)) for id, header in [("lab-a", "Test"), ("lab-b", "Units")]}
    with pytest.raises(AmbiguousFileError) as refused:
        find_fitting(["Test", "Units"], both, "x.csv")
    assert refused.value.message == "x.csv fits the profiles lab-a and lab-b."
    assert refused.value.hint == "Say which with --profile lab-a or --profile lab-b."
    assert find_fitting(["Test"], both).id == "lab-a"
    assert find_fitting(["Value"], both) is None


def test_a_profile_without_headers_never_fits():
    assert not Profile("x", {"value": "Value"}).fits(["Value"])
    assert not Profile("x", {}, lacks=("Unit",)).fits(["Value"])
