using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Reconciliation.Generation;

public enum PomProblemCode
{
    MissingColumn,
    BadKey,
    NoLifetime,
    BadYear,
    NoRegion,
    RegionTooLong,
    BadTonnes,
    NegativeTonnes,
    TonnesTooLarge,
}

/// <param name="Row">As a spreadsheet counts; 0 where the file as a whole is meant.</param>
/// <param name="Value">What stood there, at most 200 characters.</param>
public sealed record PomProblem(int Row, PomProblemCode Code, string Column, string Value);

/// <param name="Rows">The rows that were understood.</param>
/// <param name="Problems">One for each row that was not, in their order.</param>
/// <param name="Repeated">How many rows named a key, year and region that an earlier row had named: they were added up.</param>
public sealed record PomFileResult(IReadOnlyList<PomRow> Rows, IReadOnlyList<PomProblem> Problems, int Repeated);

/// <summary>Equipment placed on the market as a table: unu_key, year, region, tonnes; comma, semicolon or tab.</summary>
public static class PomFile
{
    public const int FirstYear = 1900;
    public const int LastYear = 2200;
    public const int LongestRegion = 50;

    /// <summary>A hundred times what the world places on the market in a year.</summary>
    public const double MostTonnes = 1e10;

    private static readonly string[] Names = ["unu_key", "year", "region", "tonnes"];

    /// <param name="stream">Read to its end; stays the caller's.</param>
    /// <param name="hasLifetime">Whether the model knows how long a key lives.</param>
    /// <param name="ct">Stops between two rows.</param>
    /// <exception cref="UnreadableTableException">It is no text table.</exception>
    public static async Task<PomFileResult> ReadAsync(Stream stream, Func<UnuKey, bool> hasLifetime, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hasLifetime);
        await using var table = await SeparatedRows.OpenAsync(stream, encoding: null, ct);
        var rows = new List<PomRow>();
        var problems = new List<PomProblem>();
        var seen = new HashSet<(UnuKey, int, string)>();
        var at = await FindColumnsAsync(table, ct);
        if (Array.IndexOf(at, -1) is var missing and >= 0)
        {
            return new PomFileResult(rows, [new PomProblem(table.RowNumber, PomProblemCode.MissingColumn, Names[missing], "")], 0);
        }

        while (await table.ReadAsync(ct))
        {
            var texts = Array.ConvertAll(at, index => Encoding.UTF8.GetString(table.Field(index)).Trim());
            if (Array.TrueForAll(texts, string.IsNullOrEmpty))
            {
                continue;
            }

            if (Read(texts, hasLifetime, out var row) is { } wrong)
            {
                problems.Add(wrong with { Row = table.RowNumber });
            }
            else
            {
                seen.Add((row.Key, row.Year, row.Region));
                rows.Add(row);
            }
        }

        return new PomFileResult(rows, problems, rows.Count - seen.Count);
    }

    private static async Task<int[]> FindColumnsAsync(SeparatedRows table, CancellationToken ct)
    {
        if (!await table.ReadAsync(ct))
        {
            return [-1, -1, -1, -1];
        }

        var header = Enumerable.Range(0, table.FieldCount).Select(i => Encoding.UTF8.GetString(table.Field(i)).Trim()).ToList();
        return Array.ConvertAll(Names, name => header.FindIndex(text => text.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static PomProblem? Read(string[] texts, Func<UnuKey, bool> hasLifetime, out PomRow row)
    {
        row = default;
        if (!UnuKey.TryParse(texts[0], out var key))
        {
            return Problem(PomProblemCode.BadKey, 0, texts);
        }

        if (!hasLifetime(key))
        {
            return Problem(PomProblemCode.NoLifetime, 0, texts);
        }

        if (!int.TryParse(texts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < FirstYear or > LastYear)
        {
            return Problem(PomProblemCode.BadYear, 1, texts);
        }

        if (texts[2].Length is 0 or > LongestRegion)
        {
            return Problem(texts[2].Length == 0 ? PomProblemCode.NoRegion : PomProblemCode.RegionTooLong, 2, texts);
        }

        PomProblemCode? bad = !TryReadTonnes(texts[3], out var tonnes) ? PomProblemCode.BadTonnes
            : tonnes < 0 ? PomProblemCode.NegativeTonnes
            : tonnes > MostTonnes ? PomProblemCode.TonnesTooLarge
            : null;
        row = new PomRow(key, year, texts[2], tonnes);
        return bad is { } code ? Problem(code, 3, texts) : null;
    }

    // These tables come from programs as often as from people: 1.5e-07 is a number here, and every digit of a double counts.
    private static bool TryReadTonnes(string text, out double tonnes)
    {
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text, styles, CultureInfo.InvariantCulture, out tonnes) && double.IsFinite(tonnes))
        {
            return true;
        }

        var problem = NumberInput.TryParse(text, out var written);
        tonnes = (double)written;
        return problem == NumberProblem.None;
    }

    private static PomProblem Problem(PomProblemCode code, int column, string[] texts) =>
        new(0, code, Names[column], texts[column].Length > TableLimits.ShownCharacters ? texts[column][..TableLimits.ShownCharacters] + "…" : texts[column]);
}
