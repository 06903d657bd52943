using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Guide;

/// <summary>What can be handed in: the 54 kinds of things by everyday words in three languages.</summary>
/// <remarks>Reference data change only when the program starts, so they are read once.</remarks>
public sealed class GuideService(Db db) : IDisposable
{
    private const int MostHits = 12;
    private readonly SemaphoreSlim reading = new(1, 1);
    private IReadOnlyList<GuideItem>? items;

    private const string ItemsSql = """
        select g.unu_key, k.category, n.name_kk, n.name_ru, n.name_en, g.icon, g.data_kind, g.hazards, g.steps, g.is_often_mended, g.travels, k.mean_weight_kg
          from guide_items g
          join unu_keys k on k.unu_key = g.unu_key
          join unu_key_names n on n.unu_key = g.unu_key
         order by g.unu_key
         limit 1000
        """;

    private const string WordsSql = "select unu_key, language, word from guide_words order by unu_key, language, place, word limit 100000";

    public async Task<IReadOnlyList<GuideItem>> ItemsAsync(CancellationToken ct)
    {
        if (items is { } known)
        {
            return known;
        }

        await reading.WaitAsync(ct);
        try
        {
            return items ??= await ReadAsync(ct);
        }
        finally
        {
            reading.Release();
        }
    }

    public async Task<GuideItem?> FindAsync(string unuKey, CancellationToken ct) => (await ItemsAsync(ct)).FirstOrDefault(item => item.UnuKey == unuKey);

    /// <summary>What may be meant, best first. All languages are looked at: people say things in the language of the shop where they bought them.</summary>
    /// <param name="language">Of the page: its words go first where others fit as well.</param>
    public async Task<IReadOnlyList<GuideHit>> SearchAsync(string? typed, string language, CancellationToken ct)
    {
        var query = WordSearch.Fold(typed);
        var hits =
            from item in await ItemsAsync(ct)
            from own in item.Words
            from word in own.Value.Select((text, place) => (text, place))
            let score = WordSearch.Score(query, WordSearch.Fold(word.text))
            where score is not null
            let rank = (score.Value * 100) + (own.Key == language ? 0 : 30) + word.place
            group (word.text, score.Value, rank) by item into found
            let best = found.MinBy(hit => hit.rank)
            orderby best.rank // equals keep the order of the keys
            select new GuideHit(found.Key, best.text, best.Value >= 10);
        var all = hits.ToList();
        // Guesses are for who has found nothing.
        return [.. (all.Exists(hit => !hit.IsGuess) ? all.Where(hit => !hit.IsGuess) : all).Take(MostHits)];
    }

    // The alphabet of each language is the database's: Ә stands behind А in Kazakh and nowhere in Russian.
    private const string KazakhSql = """
        select upper(left(word, 1) collate "kk-x-icu") as letter, word, unu_key from guide_words where language = 'kk' and place <= 5 order by word collate "kk-x-icu", unu_key limit 5000
        """;

    private const string RussianSql = """
        select replace(upper(left(word, 1) collate "ru-x-icu"), 'Ё', 'Е') as letter, word, unu_key from guide_words where language = 'ru' and place <= 5 order by word collate "ru-x-icu", unu_key limit 5000
        """;

    private const string EnglishSql = """
        select upper(left(word, 1) collate "en-x-icu") as letter, word, unu_key from guide_words where language = 'en' and place <= 5 order by word collate "en-x-icu", unu_key limit 5000
        """;

    /// <summary>The usual words of the language from its first letter to its last; the search knows more.</summary>
    public Task<IReadOnlyList<GuideWord>> AlphabetAsync(string language, CancellationToken ct) =>
        db.QueryAsync<GuideWord>(language switch { "kk" => KazakhSql, "ru" => RussianSql, _ => EnglishSql }, null, ct);

    private const string TownsSql = """
        select t.town as code, t.region_kato, t.name_kk, t.name_ru, t.name_en, t.latitude, t.longitude from towns t order by t.town limit 1000
        """;

    public Task<IReadOnlyList<Town>> TownsAsync(CancellationToken ct) => db.QueryAsync<Town>(TownsSql, null, ct);

    public void Dispose() => reading.Dispose();

    private async Task<IReadOnlyList<GuideItem>> ReadAsync(CancellationToken ct)
    {
        var words = (await db.QueryAsync<WordRow>(WordsSql, null, ct)).ToLookup(row => row.UnuKey, StringComparer.Ordinal);
        return
        [
            .. (await db.QueryAsync<ItemRow>(ItemsSql, null, ct)).Select(row => new GuideItem(
                row.UnuKey, row.Category, new LocalText(row.NameKk, row.NameRu, row.NameEn), row.Icon, row.DataKind, row.Hazards, row.Steps, row.IsOftenMended,
                Enum.Parse<ItemTravel>(row.Travels, ignoreCase: true), row.MeanWeightKg,
                words[row.UnuKey].GroupBy(word => word.Language, StringComparer.Ordinal).ToDictionary(own => own.Key, own => (IReadOnlyList<string>)[.. own.Select(word => word.Word)], StringComparer.Ordinal))),
        ];
    }

    private sealed record ItemRow(
        string UnuKey, string Category, string NameKk, string NameRu, string NameEn, string Icon, string? DataKind, string[] Hazards, string[] Steps, bool IsOftenMended, string Travels, decimal? MeanWeightKg);

    private sealed record WordRow(string UnuKey, string Language, string Word);
}
