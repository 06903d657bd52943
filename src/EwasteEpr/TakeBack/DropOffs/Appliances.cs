using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>What can be handed in: the 54 UNU keys by their everyday names.</summary>
public sealed class Appliances(Db db)
{
    private const string ListSql = """
        select k.unu_key, k.category, n.name_kk, n.name_ru, n.name_en, coalesce(round(k.mean_weight_kg * 1000), 1)::bigint as mean_weight
          from unu_keys k
          join thing_names n on n.unu_key = k.unu_key
         order by k.unu_key
         limit 100
        """;

    public Task<IReadOnlyList<Appliance>> ListAsync(CancellationToken ct) => db.QueryAsync<Appliance>(ListSql, null, ct);

    private const string FindSql = """
        select k.unu_key, k.category, n.name_kk, n.name_ru, n.name_en, coalesce(round(k.mean_weight_kg * 1000), 1)::bigint as mean_weight
          from unu_keys k
          join thing_names n on n.unu_key = k.unu_key
         where k.unu_key = @unuKey
        """;

    public Task<Appliance?> FindAsync(string unuKey, CancellationToken ct) => db.QuerySingleOrDefaultAsync<Appliance>(FindSql, new { unuKey }, ct);

    internal static Task<Appliance?> FindAsync(DbTransaction transaction, string unuKey, CancellationToken ct) =>
        transaction.QuerySingleOrDefaultAsync<Appliance>(FindSql, new { unuKey }, ct);
}
