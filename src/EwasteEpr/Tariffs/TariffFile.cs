using System.Globalization;
using CsvHelper;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

public enum TariffFileProblemCode
{
    Empty,
    TooLong,
    MissingColumn,
    UnknownKind,
    BadMatch,
    UnknownUnuKey,
    BadCoefficient,
    NegativeCoefficient,
    CoefficientMissing,
    TooManyDecimals,

    /// <summary>"Free" is what a law says, so a zero names its article.</summary>
    ZeroWithoutBasis,
    NoteInOneLanguage,

    /// <summary>A note or an article above the limit: never cut silently.</summary>
    TextTooLong,
    Repeated,
}

/// <param name="Row">Line of the file, the header is 1; 0 where the whole file is meant.</param>
public sealed record TariffFileProblem(int Row, TariffFileProblemCode Code, string Column, string Value);

public sealed record TariffFileResult(IReadOnlyList<TariffDraftRow> Rows, IReadOnlyList<TariffFileProblem> Problems);

/// <summary>Rows of a tariff as CSV: match_kind, match, coefficient, legal_basis, note_kk, note_ru, note_en. Comma, semicolon or tab.</summary>
/// <remarks>
/// "not_set" is written out: an empty coefficient is a problem, because zero, missing and not set must never be mistaken for one another.
/// </remarks>
public static class TariffFile
{
    public const string NotSet = "not_set";

    private const int MostRows = 10_000;
    private static readonly string[] Needed = ["match_kind", "match", "coefficient"];

    public static TariffFileResult Read(string text, EquipmentCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rows = new List<TariffDraftRow>();
        var problems = new List<TariffFileProblem>();
        var seen = new HashSet<(TariffMatch, string)>();
        if (string.IsNullOrWhiteSpace(text))
        {
            return new TariffFileResult(rows, [new(0, TariffFileProblemCode.Empty, "", "")]);
        }

        using var csv = CsvReader.FromText(text.TrimStart('\uFEFF'), Options(text));
        csv.ReadHeader();
        if (Array.Find(Needed, column => !csv.TryGetFieldIndex(column, out _)) is { } missing)
        {
            return new TariffFileResult(rows, [new(1, TariffFileProblemCode.MissingColumn, missing, "")]);
        }

        while (csv.Read())
        {
            if (rows.Count + problems.Count >= MostRows)
            {
                problems.Add(new((int)csv.LineNumber, TariffFileProblemCode.TooLong, "", MostRows.ToString(CultureInfo.InvariantCulture)));
                break;
            }

            var line = new Line(csv, (int)csv.LineNumber, problems, catalogue);
            if (line.Read() is { } row)
            {
                if (seen.Add((row.Kind, row.Match)))
                {
                    rows.Add(row);
                }
                else
                {
                    problems.Add(new(line.Number, TariffFileProblemCode.Repeated, "match", row.Match));
                }
            }
        }

        return rows.Count + problems.Count == 0 ? new TariffFileResult(rows, [new(0, TariffFileProblemCode.Empty, "", "")]) : new TariffFileResult(rows, problems);
    }

    private static CsvReaderOptions Options(string text)
    {
        var header = text.AsSpan(0, Math.Max(0, text.AsSpan().IndexOfAny('\r', '\n')));
        return new CsvReaderOptions
        {
            Separator = header.Contains('\t') ? '\t' : header.Contains(';') ? ';' : ',',
            NormalizeHeaderName = Lower,
            TrimWhitespace = true,
            TrackLineNumbers = true,
        };
    }

    private static string Lower(string header) => header.Trim().ToLower(CultureInfo.InvariantCulture);

    /// <summary>One line: every field that is wrong is named, not only the first.</summary>
    private readonly struct Line(CsvReader csv, int number, List<TariffFileProblem> problems, EquipmentCatalogue catalogue)
    {
        private const int LongestShown = 200;
        private const int LongestText = 500;

        public int Number => number;

        public TariffDraftRow? Read()
        {
            var before = problems.Count;
            var kindText = Field("match_kind");
            string? match = null;
            if (!TariffMatches.TryParse(kindText, out var kind))
            {
                Problem(TariffFileProblemCode.UnknownKind, "match_kind", kindText);
            }
            else
            {
                match = Match(kind);
            }

            var coefficient = Coefficient();
            var note = Note();
            if (coefficient == 0 && Field("legal_basis").Length == 0 && problems.Count == before)
            {
                Problem(TariffFileProblemCode.ZeroWithoutBasis, "legal_basis", "");
            }

            var basis = Text("legal_basis");
            return problems.Count == before ? new TariffDraftRow(kind, match!, coefficient, note, basis.Length > 0 ? basis : null) : null;
        }

        private string? Match(TariffMatch kind)
        {
            var text = Field("match");
            var match = TariffMatches.Normalise(kind, text);
            if (match is null)
            {
                Problem(TariffFileProblemCode.BadMatch, "match", text);
            }
            else if (kind == TariffMatch.UnuKey && !catalogue.TryGetKey(UnuKey.Parse(match), out _))
            {
                Problem(TariffFileProblemCode.UnknownUnuKey, "match", text);
            }

            return match;
        }

        private decimal? Coefficient()
        {
            var text = Field("coefficient");
            if (text == NotSet)
            {
                return null;
            }

            if (text.Length == 0)
            {
                Problem(TariffFileProblemCode.CoefficientMissing, "coefficient", "");
                return null;
            }

            if (NumberInput.TryParse(text, out var value) != NumberProblem.None || value > 100_000)
            {
                Problem(TariffFileProblemCode.BadCoefficient, "coefficient", text);
            }
            else if (value < 0)
            {
                Problem(TariffFileProblemCode.NegativeCoefficient, "coefficient", text);
            }
            else if (!decimal.IsInteger(value * 1_000_000))
            {
                Problem(TariffFileProblemCode.TooManyDecimals, "coefficient", text);
            }

            return value;
        }

        private LocalText? Note()
        {
            var (kk, ru, en) = (Text("note_kk"), Text("note_ru"), Text("note_en"));
            if (kk.Length + ru.Length + en.Length == 0)
            {
                return null;
            }

            if (kk.Length == 0 || ru.Length == 0 || en.Length == 0)
            {
                Problem(TariffFileProblemCode.NoteInOneLanguage, kk.Length == 0 ? "note_kk" : ru.Length == 0 ? "note_ru" : "note_en", "");
            }

            return new LocalText(kk, ru, en);
        }

        private string Text(string column)
        {
            var text = Field(column);
            if (text.Length > LongestText)
            {
                Problem(TariffFileProblemCode.TextTooLong, column, text);
            }

            return text;
        }

        private string Field(string column) => csv.TryGetFieldIndex(column, out var at) ? csv.GetString(at) : "";

        private void Problem(TariffFileProblemCode code, string column, string value) => problems.Add(new(number, code, column, Cut(value)));

        private static string Cut(string value) => value.Length > LongestShown ? value[..LongestShown] : value;
    }
}
