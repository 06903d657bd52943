using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>What a scale says of a whole container, told apart by category, stream and channel, to the gram.</summary>
public static class WeighInSplit
{
    /// <param name="net">What the scale says.</param>
    /// <param name="lots">What was sent, each of its own category, stream and channel.</param>
    /// <param name="protocol">Of a mixed container; empty: the declared categories share the mass as they were sent.</param>
    /// <returns>Parts whose received grams add up to <paramref name="net"/> and whose sent grams add up to the lots.</returns>
    public static IReadOnlyList<ReceivedPart> Parts(long net, IReadOnlyList<SentLot> lots, IReadOnlyList<SplitShare> protocol)
    {
        ArgumentNullException.ThrowIfNull(lots);
        ArgumentNullException.ThrowIfNull(protocol);
        if (protocol.Count == 0)
        {
            return Shared(net, lots);
        }

        var totals = LargestRemainder.Split(net, [.. protocol.Select(share => (long)share.Percent)]);
        var parts = new List<ReceivedPart>();
        foreach (var (share, total) in protocol.Zip(totals))
        {
            var declared = lots.Where(lot => lot.Category == share.Category).ToList();
            parts.AddRange(declared.Count > 0 ? Shared(total, declared) : Undeclared(share.Category, total, lots));
        }

        // What was declared and the protocol did not find weighs nothing here: the whole of it is a difference.
        parts.AddRange(lots.Where(lot => protocol.All(share => share.Category != lot.Category)).Select(lot => Part(lot, 0)));
        return parts;
    }

    private static IEnumerable<ReceivedPart> Undeclared(string category, long total, IReadOnlyList<SentLot> lots)
    {
        var groups = lots.GroupBy(lot => (lot.Stream, lot.Channel)).Select(group => (group.Key, Lots: group.ToList())).ToList();
        var shares = LargestRemainder.Split(total, [.. groups.Select(group => group.Lots.Sum(lot => lot.Grams))]);
        foreach (var (group, grams) in groups.Zip(shares).Where(pair => pair.Second > 0))
        {
            var sources = group.Lots.Zip(LargestRemainder.Split(grams, [.. group.Lots.Select(lot => lot.Grams)]), (lot, part) => new PartSource(lot.LotId, part)).Where(source => source.Grams > 0);
            yield return new ReceivedPart(null, category, group.Key.Stream, group.Key.Channel, 0, grams, [.. sources]);
        }
    }

    private static List<ReceivedPart> Shared(long total, IReadOnlyList<SentLot> lots) =>
        [.. lots.Zip(LargestRemainder.Split(total, [.. lots.Select(lot => lot.Grams)]), Part)];

    private static ReceivedPart Part(SentLot lot, long received) =>
        new(lot.ConsignmentLotId, lot.Category, lot.Stream, lot.Channel, lot.Grams, received, received > 0 ? [new PartSource(lot.LotId, received)] : []);
}
