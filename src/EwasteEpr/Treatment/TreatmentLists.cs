using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment;

/// <summary>What can come out of a batch, what may be done with it, and how batches are treated: reference data, each row with its source.</summary>
public sealed class TreatmentLists(Db db)
{
    private const string FractionsSql = """
        select fraction, kind, material, hazardous, waste_code, operation, annex_point, name_kk, name_ru, name_en, source
          from fraction_kinds order by position, fraction limit 500
        """;

    public Task<IReadOnlyList<FractionKind>> FractionsAsync(CancellationToken ct) => db.QueryAsync<FractionKind>(FractionsSql, null, ct);

    private const string OperationsSql = "select operation, result, name_kk, name_ru, name_en from treatment_operations order by position, operation limit 100";

    public Task<IReadOnlyList<TreatmentOperation>> OperationsAsync(CancellationToken ct) => db.QueryAsync<TreatmentOperation>(OperationsSql, null, ct);

    private const string TechnologiesSql = "select technology as code, loss_limit_permille, basis, name_kk, name_ru, name_en from treatment_technologies order by position, technology limit 100";

    public Task<IReadOnlyList<Technology>> TechnologiesAsync(CancellationToken ct) => db.QueryAsync<Technology>(TechnologiesSql, null, ct);

    private const string ForbiddenSql = "select waste_code, operation, act_kk, act_ru, act_en from forbidden_operations order by waste_code, operation limit 1000";

    public Task<IReadOnlyList<ForbiddenOperation>> ForbiddenAsync(CancellationToken ct) => db.QueryAsync<ForbiddenOperation>(ForbiddenSql, null, ct);

    private const string WasteCodesSql = "select code, hazardous, name_kk, name_ru, name_en from waste_codes order by code limit 1000";

    public Task<IReadOnlyList<WasteCode>> WasteCodesAsync(CancellationToken ct) => db.QueryAsync<WasteCode>(WasteCodesSql, null, ct);
}

/// <param name="Kind">Fraction, Reuse or HazardousComponent.</param>
/// <param name="WasteCode">The usual one; none for what is no waste any more.</param>
/// <param name="Operation">The usual one.</param>
/// <param name="AnnexPoint">Of Annex VII of Directive 2012/19/EU, where the component has to be removed.</param>
public sealed record FractionKind(
    string Fraction, string Kind, string Material, bool Hazardous, string? WasteCode, string Operation, string? AnnexPoint, string NameKk, string NameRu, string NameEn, string Source)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

/// <param name="Result">Reused, Recycled, Recovered or Disposed; none for a step before the last one.</param>
public sealed record TreatmentOperation(string Operation, string? Result, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

/// <param name="LossLimitPermille">How much may be lost; none where it is not known.</param>
public sealed record Technology(string Code, int? LossLimitPermille, string? Basis, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

public sealed record ForbiddenOperation(string WasteCode, string Operation, string ActKk, string ActRu, string ActEn)
{
    public string Act(string language) => language switch { "kk" => ActKk, "ru" => ActRu, _ => ActEn };
}

public sealed record WasteCode(string Code, bool Hazardous, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
