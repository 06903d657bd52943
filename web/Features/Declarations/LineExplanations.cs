using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Everything behind one line's fee: its factors as they were stored, and the tariff rows that were looked at.</summary>
/// <param name="Version">The methodology that priced it, or none where nothing did.</param>
/// <param name="Row">The row that was taken.</param>
public sealed record Explanation(LineDetail Detail, TariffVersion? Version, TariffRow? Row, IReadOnlyList<TariffCandidate> Candidates)
{
    public LineRow Line => Detail.Line;
}

public sealed class LineExplanations(LineQueries lines, TariffService tariffs)
{
    /// <returns>None when there is no such line.</returns>
    public async Task<Explanation?> OfAsync(DeclarationKey declaration, int version, int lineNo, CancellationToken ct)
    {
        if (await lines.GetAsync(declaration, version, lineNo, ct) is not { } detail)
        {
            return null;
        }

        var snapshot = await tariffs.CurrentAsync(ct);
        var line = detail.Line;
        var key = line.UnuKey is { } code && UnuKey.TryParse(code, out var unu) && snapshot.Catalogue.TryGetKey(unu, out var info) ? info : null;
        // The tariff may have moved on since: what the line stores is what holds, and the rows shown are those of its own methodology.
        var priced = snapshot.Versions.FirstOrDefault(candidate => candidate.Methodology.Id == line.MethodologyId);
        var hs = line.HsCode is { } digits && HsCode.TryParse(digits, out var parsed) ? parsed : default;
        var candidates = priced is null || line.ObligationDate is not { } day
            ? []
            : TariffTable.ForNamed(priced, snapshot.Context).Explain(hs, key?.Key ?? default, key?.Category ?? EquipmentCategory.None, day);
        return new Explanation(
            detail,
            priced,
            priced?.Rows.FirstOrDefault(row => row.Id == line.TariffRowId),
            candidates);
    }
}
