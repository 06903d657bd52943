namespace EwasteEpr.Reconciliation.Publication;

/// <summary>One measure of one year, regions by categories with all sums, and which cells of it may be seen.</summary>
/// <remarks>
/// Rows, columns and sums of such a table are the nodes of a network and its cells the arcs: what flows in flows out, because parts add up to their
/// sums. A reader who knows some cells may still move the unknown ones, but only around closed ways. So how far an unknown cell can move is a
/// greatest flow, exactly, and a companion is found as the cheapest closed way through the cell.
/// </remarks>
internal sealed class SuppressionTable
{
    private const long Unlimited = long.MaxValue / 4;
    private readonly List<Arc> arcs = [];
    private readonly List<Arc>[] around;
    private readonly SuppressionRules rules;

    /// <param name="cells">Of one measure.</param>
    public SuppressionTable(IReadOnlyList<PublicCell> cells, SuppressionRules rules)
    {
        this.rules = rules;
        var rows = Index(cells.Select(cell => cell.Region), 0);
        var columns = Index(cells.Select(cell => cell.Category), rows.Count);
        foreach (var cell in cells)
        {
            // A sum runs against its parts: into the row whose sum it is, out of the column whose sum it is.
            var (row, column) = (rows[cell.Region], columns[cell.Category]);
            var isTurned = (cell.Region == PublicCell.All) != (cell.Category == PublicCell.All);
            arcs.Add(isTurned ? new Arc(cell, column, row) : new Arc(cell, row, column));
        }

        around = [.. Enumerable.Range(0, rows.Count + columns.Count).Select(node => arcs.Where(arc => arc.From == node || arc.To == node).ToList())];
    }

    public IEnumerable<PublicCell> Suppressed => arcs.Where(arc => arc.IsSuppressed).Select(arc => arc.Cell);

    /// <summary>How wide the range of a hidden cell must stay.</summary>
    public long RoomOf(PublicCell cell) => arcs.Find(arc => arc.Cell == cell)?.Room ?? 0;

    /// <summary>How far a reader must believe that a hidden cell may be larger or smaller, from this table alone, up to a limit.</summary>
    public (long Up, long Down) Moves(PublicCell cell, long limit) =>
        arcs.Find(one => one.Cell == cell) is { } arc ? (Flow(arc.To, arc.From, arc, limit), Math.Min(arc.Fall, Flow(arc.From, arc.To, arc, limit))) : (0, 0);

    /// <summary>Asks for more room around a hidden cell.</summary>
    public void Demand(PublicCell cell, long room)
    {
        if (arcs.Find(one => one.Cell == cell) is { } arc)
        {
            arc.Room = Math.Max(arc.Room, room);
        }
    }

    /// <summary>Hides one cell.</summary>
    /// <param name="room">How wide its range must stay.</param>
    /// <returns>False where it was hidden already.</returns>
    public bool Hide(PublicCell cell, long room)
    {
        var arc = arcs.Find(one => one.Cell == cell);
        if (arc is null || arc.IsSuppressed)
        {
            return false;
        }

        (arc.IsSuppressed, arc.Room) = (true, room);
        return true;
    }

    /// <summary>Hides companions until no hidden cell can be told more closely than it may.</summary>
    /// <param name="hiddenBefore">What the edition before hid: taken first, so that two editions together tell no more than one.</param>
    public void Protect(IReadOnlySet<PublicCell> hiddenBefore)
    {
        while (arcs.Find(arc => arc.IsSuppressed && !HasRoom(arc)) is { } open)
        {
            var way = CheapestWay(open, hiddenBefore) ?? [.. arcs.Where(arc => !arc.IsSuppressed)];
            if (way.Count == 0)
            {
                return; // everything is hidden: no more can be done, and nothing is told
            }

            foreach (var arc in way.Where(arc => !arc.IsSuppressed))
            {
                (arc.IsSuppressed, arc.Room) = (true, rules.LeastRoomGrams);
            }
        }
    }

    private bool HasRoom(Arc arc) => Moves(arc.Cell, arc.Room) is var (up, down) && up + down >= arc.Room;

    /// <summary>The greatest flow through hidden cells without one of them, up to a limit.</summary>
    private long Flow(int source, int target, Arc without, long limit)
    {
        var moved = new Dictionary<Arc, long>();
        var sum = 0L;
        while (sum < limit && Augment(source, target, without, moved) is { } way)
        {
            var step = Math.Min(limit - sum, way.Min(one => Left(one.Arc, one.Forward, moved)));
            foreach (var (arc, forward) in way)
            {
                moved[arc] = moved.GetValueOrDefault(arc) + (forward ? step : -step);
            }

            sum += step;
        }

        return sum;
    }

    private static long Left(Arc arc, bool forward, Dictionary<Arc, long> moved) =>
        forward ? Unlimited - moved.GetValueOrDefault(arc) : arc.Fall + moved.GetValueOrDefault(arc);

    /// <summary>The shortest way that still has room, or none.</summary>
    private List<(Arc Arc, bool Forward)>? Augment(int source, int target, Arc without, Dictionary<Arc, long> moved)
    {
        var cameBy = new (Arc Arc, bool Forward)?[around.Length];
        var queue = new Queue<int>([source]);
        while (queue.TryDequeue(out var node) && node != target)
        {
            foreach (var arc in around[node].Where(arc => arc.IsSuppressed && arc != without))
            {
                var forward = arc.From == node;
                var next = forward ? arc.To : arc.From;
                if (next != source && cameBy[next] is null && Left(arc, forward, moved) > 0)
                {
                    cameBy[next] = (arc, forward);
                    queue.Enqueue(next);
                }
            }
        }

        return cameBy[target] is null ? null : WayTo(target, source, cameBy);
    }

    /// <summary>Closes a way through the open cell along which it can rise by all the room it needs, and hides as little as possible for it.</summary>
    private List<Arc>? CheapestWay(Arc open, IReadOnlySet<PublicCell> hiddenBefore)
    {
        var (cost, cameBy) = (new double[around.Length], new (Arc Arc, bool Forward)?[around.Length]);
        Array.Fill(cost, double.PositiveInfinity);
        cost[open.To] = 0;
        var queue = new PriorityQueue<int, double>([(open.To, 0)]);
        while (queue.TryDequeue(out var node, out var sofar) && node != open.From)
        {
            foreach (var arc in around[node].Where(arc => arc != open && sofar <= cost[node] && arc.MayHide))
            {
                var forward = arc.From == node;
                var next = forward ? arc.To : arc.From;
                var price = sofar + Price(arc, hiddenBefore);
                if ((forward || arc.Fall >= open.Room) && price < cost[next])
                {
                    (cost[next], cameBy[next]) = (price, (arc, forward));
                    queue.Enqueue(next, price);
                }
            }
        }

        return cameBy[open.From] is null ? null : [.. WayTo(open.From, open.To, cameBy).Select(one => one.Arc)];
    }

    /// <summary>Sums are dearer than parts, large cells dearer than small ones.</summary>
    private static double Price(Arc arc, IReadOnlySet<PublicCell> hiddenBefore)
    {
        var sums = (arc.Cell.Region == PublicCell.All ? 1 : 0) + (arc.Cell.Category == PublicCell.All ? 1 : 0);
        return arc.IsSuppressed ? 0.001 : (1 + (Math.Log10(1 + Math.Abs((double)arc.Grams)) / 10)) * Math.Pow(6, sums) * (hiddenBefore.Contains(arc.Cell.Place()) ? 0.1 : 1);
    }

    private static List<(Arc Arc, bool Forward)> WayTo(int target, int source, (Arc Arc, bool Forward)?[] cameBy)
    {
        var way = new List<(Arc, bool)>();
        for (var node = target; node != source;)
        {
            var (arc, forward) = cameBy[node]!.Value;
            way.Add((arc, forward));
            node = forward ? arc.From : arc.To;
        }

        return way;
    }

    private static Dictionary<string, int> Index(IEnumerable<string> names, int first) =>
        names.Append(PublicCell.All).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select((name, at) => (name, at)).ToDictionary(one => one.name, one => first + one.at, StringComparer.Ordinal);

    private sealed class Arc(PublicCell cell, int from, int to)
    {
        public PublicCell Cell => cell;

        public int From => from;

        public int To => to;

        public long Grams { get; } = cell.Grams ?? 0;

        public bool IsSuppressed { get; set; }

        public long Room { get; set; }

        /// <summary>How far a reader may believe it to be smaller: masses are not below zero, differences of scales may be.</summary>
        public long Fall => cell.Measure == Matrix.Measure.MeasurementDifference || Grams < 0 ? Unlimited : Grams;

        /// <summary>What others published stays, but a sum may hold some of it; a zero hides nobody, because everybody would guess it.</summary>
        public bool MayHide => IsSuppressed || ((cell.Basis == Matrix.FigureBasis.Recorded || cell.Category == PublicCell.All) && Grams != 0);
    }
}
