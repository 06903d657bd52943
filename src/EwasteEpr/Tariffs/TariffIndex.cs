using System.Collections.Frozen;
using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>The rows of one methodology, arranged so that the most specific one is found without allocating.</summary>
internal sealed class TariffIndex
{
    private static readonly string[] PackagingNames = [.. Enum.GetValues<PackagingKind>().Select(PackagingCode)];

    private readonly FrozenDictionary<long, TariffRow> byHs;
    private readonly bool[] hsLengths = new bool[11];
    private readonly FrozenDictionary<string, TariffRow> byGroup;
    private readonly FrozenDictionary<int, TariffRow> byKey;
    private readonly TariffRow?[] byCategory = new TariffRow?[8];
    private readonly TariffRow?[] byPackaging = new TariffRow?[PackagingNames.Length];
    private readonly TariffRow? any;

    public TariffIndex(TariffVersion version)
    {
        Methodology = version.Methodology;
        var hs = new Dictionary<long, TariffRow>();
        foreach (var row in version.Rows.Where(row => row.Kind == TariffMatch.HsPrefix))
        {
            var prefix = HsCode.Parse(row.Match);
            hsLengths[prefix.Length] = true;
            hs.Add(Pack(prefix), row);
        }

        byHs = hs.ToFrozenDictionary();
        byGroup = Of(version, TariffMatch.ProductGroup).ToFrozenDictionary(row => row.Match, StringComparer.Ordinal);
        byKey = Of(version, TariffMatch.UnuKey).ToFrozenDictionary(row => UnuKey.Parse(row.Match).Number);
        foreach (var row in Of(version, TariffMatch.Category))
        {
            byCategory[(int)EquipmentCategories.Parse(row.Match)] = row;
        }

        foreach (var row in Of(version, TariffMatch.Packaging))
        {
            byPackaging[Array.IndexOf(PackagingNames, row.Match)] = row;
        }

        any = Of(version, TariffMatch.Any).SingleOrDefault();
    }

    public Methodology Methodology { get; }

    public static string PackagingCode(PackagingKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);

    public TariffRow? Find(HsCode hs, string? group, UnuKey key, EquipmentCategory category) =>
        ByHs(hs, longest: 10) ?? ByGroup(group) ?? ByKey(key) ?? byCategory[(int)category] ?? any;

    /// <summary>The row of the longest prefix of the code that is at most <paramref name="longest"/> digits long.</summary>
    public TariffRow? ByHs(HsCode hs, int longest)
    {
        for (var length = Math.Min(hs.Length, longest); length >= 4; length -= 2)
        {
            if (hsLengths[length] && byHs.TryGetValue(Pack(hs.Prefix(length)), out var row))
            {
                return row;
            }
        }

        return null;
    }

    public TariffRow? ByGroup(string? group) => group is not null && byGroup.TryGetValue(group, out var row) ? row : null;

    public TariffRow? ByKey(UnuKey key) => byKey.TryGetValue(key.Number, out var row) ? row : null;

    public TariffRow? ByCategory(EquipmentCategory category) => byCategory[(int)category];

    public TariffRow? ByPackaging(PackagingKind kind) => byPackaging[(int)kind];

    public TariffRow? Any => any;

    private static IEnumerable<TariffRow> Of(TariffVersion version, TariffMatch kind) => version.Rows.Where(row => row.Kind == kind);

    private static long Pack(HsCode code) => (code.Value * 16) + code.Length;
}
