using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Lines of an export: a mass that left the country, of a line that was declared before. No fee and no tariff: credit is the operator's rule.</summary>
public sealed class DraftExports(Db db)
{
    /// <summary>Rows of one paste.</summary>
    public const int MostAtOnce = 500;

    /// <summary>Longest number of a record of a function test.</summary>
    public const int MostTestCharacters = 100;

    private const string DeclaredSql = """
        select d.declaration_id, l.line_no, l.hs_code, l.unu_key_given, l.unu_key, l.category, l.description, l.mass_grams, l.condition,
               l.mass_grams - coalesce(e.exported_grams, 0) as left_grams
          from declarations d
          join declaration_lines l on l.declaration_id = d.declaration_id and l.version = d.current_version and l.line_no = @line
          left join exported_lines e on e.declaration_id = d.declaration_id and e.line_no = l.line_no
         where d.organisation_id = @organisation and d.number = @declared and d.kind in ('Period', 'Consignment') and l.mass_grams > 0
        """;

    // What the version before this one took counts as free again: a correction takes its place.
    private const string InDraftSql = """
        select coalesce(sum(case version when @version then mass_grams else -mass_grams end), 0)::bigint
          from declaration_lines
         where declaration_id = @declaration and exported_declaration_id = @exported and exported_line_no = @line
           and version in (@version, (select current_version from declarations where declaration_id = @declaration))
        """;

    private const string InsertSql = """
        insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, hs_code, unu_key_given, unu_key, category, description, units, mass_grams,
                                       condition, obligation_date, exported_declaration_id, exported_line_no, function_test)
        values (@declaration, @version, @lineNo, @revision, 0, @HsCode, @UnuKeyGiven, @UnuKey, @Category, @Description, @units, @grams,
                @condition, @day, @exported, @line, nullif(@test, ''))
        """;

    private const string NextLineSql = """
        update declaration_versions set next_line_no = next_line_no + 1
         where declaration_id = @declaration and version = @version
        returning next_line_no - 1
        """;

    /// <summary>Adds a line. What the named line has left is checked here to help, and by constraint at submission to decide.</summary>
    public Task<LineOutcome> AddAsync(DeclarationKey key, ExportedLine export, Actor actor, CancellationToken ct) => AddAllAsync(key, [export], actor, ct);

    /// <summary>Adds all of them, or none and says of each row what is wrong with it.</summary>
    /// <param name="exports">At most <see cref="MostAtOnce"/>; their order numbers the rows of the problems.</param>
    public async Task<LineOutcome> AddAllAsync(DeclarationKey key, IReadOnlyList<ExportedLine> exports, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(exports);
        ArgumentNullException.ThrowIfNull(actor);
        if (exports.Count > MostAtOnce)
        {
            throw new ArgumentException($"At most {MostAtOnce} lines at once.", nameof(exports));
        }

        return await DraftChange.RunAsync<LineOutcome>(
            db,
            key,
            actor,
            async (transaction, draft) =>
            {
                if (draft.Kind != DeclarationKind.ExportAdjustment)
                {
                    return (new LineOutcome.WrongKind(draft.Kind), false);
                }

                var problems = new List<LineProblem>();
                var last = 0;
                for (var i = 0; i < exports.Count; i++)
                {
                    var row = new List<LineProblem>();
                    last = await AddOneAsync(transaction, draft, exports[i], row, ct) ?? last;
                    problems.AddRange(row.Select(problem => problem with { RowNo = i + 1 }));
                }

                if (problems.Count > 0)
                {
                    return (new LineOutcome.Refused(problems), false);
                }

                await DraftRefresh.RunAsync(transaction, draft.DeclarationId, draft.Version, ct);
                return (new LineOutcome.Saved(last, draft.Revision, []), true);
            },
            refusal => refusal switch
            {
                DraftRefusal.Busy busy => new LineOutcome.Busy(busy.UploadId),
                DraftRefusal.NoDraft none => new LineOutcome.NoDraft(none.State),
                _ => new LineOutcome.NotFound(),
            },
            ct);
    }

    /// <returns>The new line's number, or none and the reasons among <paramref name="problems"/>.</returns>
    private static async Task<int?> AddOneAsync(DbTransaction transaction, Draft draft, ExportedLine export, List<LineProblem> problems, CancellationToken ct)
    {
        var values = Read(export, draft.Today, problems);
        var declared = await transaction.QuerySingleOrDefaultAsync<DeclaredRow>(
            DeclaredSql, new { organisation = draft.OrganisationId, declared = export.DeclaredNumber.Trim(), line = export.DeclaredLineNo }, ct);
        if (declared is null)
        {
            problems.Add(Problem(DraftRules.ExportUnknownLine, "document_no", $"{export.DeclaredNumber} / {export.DeclaredLineNo}"));
            return null;
        }

        var place = new { declaration = draft.DeclarationId, version = draft.Version, exported = declared.DeclarationId, line = export.DeclaredLineNo };
        var left = declared.LeftGrams - await transaction.QuerySingleAsync<long>(InDraftSql, place, ct);
        if (values.Grams > left)
        {
            problems.Add(Problem(DraftRules.ExportExceedsLeft, "mass_kg", export.MassKg, Kilograms(left)));
        }

        if (problems.Count > 0)
        {
            return null;
        }

        var lineNo = await transaction.QuerySingleAsync<int>(NextLineSql, place, ct);
        await transaction.ExecuteAsync(
            InsertSql,
            new
            {
                place.declaration, place.version, place.exported, place.line, lineNo, revision = draft.Revision,
                declared.HsCode, declared.UnuKeyGiven, declared.UnuKey, declared.Category, declared.Description,
                units = values.Units, grams = values.Grams, condition = values.Condition, day = values.Day, test = export.FunctionTest.Trim(),
            },
            ct);
        return lineNo;
    }

    /// <summary>Not a column of the declarant's file: only exports have it.</summary>
    public const string FunctionTestColumn = "function_test";

    private static ExportValues Read(ExportedLine export, DateOnly today, List<LineProblem> problems)
    {
        var values = default(ExportValues);
        if (NumberInput.TryParse(export.MassKg, DecimalMark.Unknown, out var kilograms) is var number && number != NumberProblem.None)
        {
            problems.Add(Problem(ProblemCodes.Public(NumberFields.CodeOf(number)), "mass_kg", export.MassKg));
        }
        else if (kilograms is <= 0 or > 1_000_000_000)
        {
            problems.Add(Problem(kilograms <= 0 ? "MASS-02" : "MASS-04", "mass_kg", export.MassKg));
        }
        else if (!decimal.IsInteger(kilograms * 1000))
        {
            problems.Add(Problem("MASS-03", "mass_kg", export.MassKg));
        }
        else
        {
            values = values with { Grams = (long)(kilograms * 1000) };
        }

        if (export.Units.Trim().Length > 0)
        {
            var isNumber = NumberInput.TryParse(export.Units, DecimalMark.Unknown, out var units) == NumberProblem.None && decimal.IsInteger(units) && units is >= 0 and <= 1_000_000_000;
            values = values with { Units = isNumber ? (long)units : null };
            if (!isNumber)
            {
                problems.Add(Problem("UNIT-03", "units", export.Units));
            }
        }

        if (!LineWords.TryParse(export.Condition, out GoodsCondition condition))
        {
            problems.Add(Problem("COND-01", "condition", export.Condition));
        }
        else if (condition != GoodsCondition.New && (string.IsNullOrWhiteSpace(export.FunctionTest) || export.FunctionTest.Trim().Length > MostTestCharacters))
        {
            problems.Add(Problem(DraftRules.ExportNeedsFunctionTest, FunctionTestColumn, export.Condition));
        }

        if (FieldText.Date(Encoding.UTF8.GetBytes(export.ExportedOn.Trim()), out var day) != DateProblem.None)
        {
            problems.Add(Problem("DATE-01", "obligation_date", export.ExportedOn));
        }
        else if (day > today)
        {
            problems.Add(Problem("DATE-02", "obligation_date", export.ExportedOn, DraftRules.Text(today)));
        }

        return values with { Condition = LineEncoding.CodeOf(condition), Day = day };
    }

    private static LineProblem Problem(string code, string column, string value, string detail = "") =>
        new(0, null, code, column, IsError: true, value.Length > TableLimits.ShownCharacters ? value[..TableLimits.ShownCharacters] : value, detail, "", null);

    private static string Kilograms(long grams) => (Math.Max(grams, 0) / 1000m).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);

    private readonly record struct ExportValues(long Grams, long? Units, string? Condition, DateOnly Day);

    private sealed record DeclaredRow(
        Guid DeclarationId, int LineNo, string? HsCode, string? UnuKeyGiven, string? UnuKey, string? Category, string? Description, long MassGrams, string? Condition, long LeftGrams);
}
