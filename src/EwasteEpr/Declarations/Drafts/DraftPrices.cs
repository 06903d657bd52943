using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Prices a whole draft again, after the tariff behind it has changed. Parked rows may turn right or lines wrong: they are judged again too.</summary>
internal static class DraftPrices
{
    private const int RowsAtOnce = 5_000;

    private const string NextSql = """
        select line_no from declaration_lines where declaration_id = @declaration and version = @version and line_no > @after and exported_line_no is null
        union
        select line_no from parked_rows where declaration_id = @declaration and version = @version and line_no > @after
         order by line_no
         limit @limit
        """;

    private const string StampSql = """
        update declaration_versions set price_stamp = @stamp
         where declaration_id = @declaration and version = @version
        """;

    public static Task RenewAsync(Db db, DeclarationKey key, TariffSnapshot snapshot, Actor actor, CancellationToken ct) => DraftChange.RunAsync<object>(
        db,
        key,
        actor,
        async (transaction, draft) =>
        {
            var writer = new DraftWriter(transaction, draft, snapshot);
            await writer.KeepReasonsAsync(ct);
            for (var after = 0; ;)
            {
                var lineNos = await transaction.QueryAsync<int>(NextSql, new { declaration = draft.DeclarationId, version = draft.Version, after, limit = RowsAtOnce }, ct);
                if (lineNos.Count == 0)
                {
                    break;
                }

                var rows = await StoredRows.ReadAsync(transaction, draft.DeclarationId, draft.Version, [.. lineNos], ct);
                await writer.WriteAsync([.. rows.Select(row => new RowToWrite(row.Place, row.ToFields(), row.Marks, null))], ct);
                after = lineNos[^1];
            }

            await writer.FinishAsync(ct);
            await transaction.ExecuteAsync(StampSql, new { declaration = draft.DeclarationId, version = draft.Version, stamp = DraftTerms.Stamp(snapshot, draft.Today) }, ct);
            return (draft, true);
        },
        refusal => refusal, // somebody else is at the draft: what is missing then says so
        ct);
}
