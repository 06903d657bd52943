using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Submission;

/// <summary>Never more exported than a line has left: added by difference under a CHECK, which decides when two are submitted at once.</summary>
internal static class ExportedMass
{
    // Whoever exports from a declaration and whoever corrects it meet on its row.
    private const string LockSql = """
        select declaration_id
          from declarations
         where declaration_id in (select exported_declaration_id from declaration_lines
                                   where declaration_id = @declaration and version in (@version, (select current_version from declarations where declaration_id = @declaration)))
         order by declaration_id
           for share
        """;

    private const string OpenSql = """
        insert into exported_lines (declaration_id, line_no, declared_grams, exported_grams)
        select o.declaration_id, o.line_no, coalesce(o.mass_grams, 0), 0
          from (select distinct exported_declaration_id, exported_line_no from declaration_lines where declaration_id = @declaration and version = @version and exported_line_no is not null) x
          join declarations d on d.declaration_id = x.exported_declaration_id
          join declaration_lines o on o.declaration_id = d.declaration_id and o.version = d.current_version and o.line_no = x.exported_line_no
         order by o.declaration_id, o.line_no
        on conflict (declaration_id, line_no) do nothing
        """;

    // A correction counts only what it adds to, or takes from, the version before it.
    private const string AddSql = """
        with difference as (
            select exported_declaration_id as declaration_id, exported_line_no as line_no, sum(case version when @version then mass_grams else -mass_grams end)::bigint as grams
              from declaration_lines
             where declaration_id = @declaration and exported_line_no is not null
               and version in (@version, (select current_version from declarations where declaration_id = @declaration))
             group by 1, 2
        ), locked as (
            select e.declaration_id, e.line_no, difference.grams
              from exported_lines e join difference using (declaration_id, line_no)
             order by e.declaration_id, e.line_no
               for update of e
        )
        update exported_lines e
           set exported_grams = e.exported_grams + l.grams
          from locked l
         where e.declaration_id = l.declaration_id and e.line_no = l.line_no
        """;

    // A corrected line keeps its number; one that is gone has declared nothing.
    private const string DeclaredSql = """
        update exported_lines e
           set declared_grams = coalesce((select l.mass_grams from declaration_lines l
                                           where l.declaration_id = e.declaration_id and l.version = @version and l.copied_line_no = e.line_no), 0)
         where e.declaration_id = @declaration
        """;

    public static async Task ApplyAsync(DbTransaction transaction, Guid declaration, int version, CancellationToken ct)
    {
        var parameters = new { declaration, version };
        await transaction.QueryAsync<Guid>(LockSql, parameters, ct);
        await transaction.ExecuteAsync(OpenSql, parameters, ct);
        await transaction.ExecuteAsync(AddSql, parameters, ct);
        await transaction.ExecuteAsync(DeclaredSql, parameters, ct);
    }

    private const string ExplainSql = """
        with mine as (
            select d.declaration_id, d.draft_version, d.current_version from declarations d where d.organisation_id = @organisation and d.number = @number
        ), wanted as (
            select l.exported_declaration_id as declaration_id, l.exported_line_no as line_no, sum(case l.version when m.draft_version then l.mass_grams else -l.mass_grams end) as grams
              from mine m join declaration_lines l on l.declaration_id = m.declaration_id and l.version in (m.draft_version, m.current_version) and l.exported_line_no is not null
             group by 1, 2
        )
        select d.number, e.line_no, (e.declared_grams - e.exported_grams)::bigint as left_grams
          from exported_lines e
          join declarations d using (declaration_id)
          left join wanted w using (declaration_id, line_no)
         where w.grams > e.declared_grams - e.exported_grams
            or (e.declaration_id = (select declaration_id from mine)
                and e.exported_grams > coalesce((select l.mass_grams from mine m join declaration_lines l on l.declaration_id = m.declaration_id and l.version = m.draft_version and l.copied_line_no = e.line_no), 0))
         order by d.number, e.line_no
         limit 1
        """;

    public static async Task<SubmitOutcome> ExplainAsync(Db db, DeclarationKey key, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<LeftRow>(ExplainSql, new { organisation = key.Organisation, number = key.Number }, ct) is { } line
            ? new SubmitOutcome.ExportExceedsDeclared(line.Number, line.LineNo, line.LeftGrams)
            : new SubmitOutcome.ExportExceedsDeclared(key.Number, 0, 0);

    private sealed record LeftRow(string Number, int LineNo, long LeftGrams);
}
