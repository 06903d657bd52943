namespace EwasteEpr.Tests.Support;

/// <summary>What somebody with a pencil and much patience finds out: the least and the greatest value of each unknown that all equations allow, none below its floor.</summary>
/// <remarks>Two phases of the simplex method over a dense table, Bland's rule. For tests: a few hundred unknowns.</remarks>
internal sealed class LinearProgram
{
    private const double Tiny = 1e-7;
    private readonly double[][] table;
    private readonly int[] basis;
    private readonly int unknowns;

    /// <param name="rows">Coefficients of the unknowns, each unknown 0 or above.</param>
    public LinearProgram(IReadOnlyList<double[]> rows, IReadOnlyList<double> right)
    {
        unknowns = rows.Count == 0 ? 0 : rows[0].Length;
        var width = unknowns + rows.Count + 1;
        table = [.. rows.Select((row, at) =>
        {
            var line = new double[width];
            var sign = right[at] < 0 ? -1 : 1;
            for (var i = 0; i < unknowns; i++)
            {
                line[i] = sign * row[i];
            }

            line[unknowns + at] = 1;
            line[^1] = sign * right[at];
            return line;
        })];
        basis = [.. Enumerable.Range(unknowns, rows.Count)];
        var cost = new double[width - 1];
        Array.Fill(cost, -1, unknowns, rows.Count);
        Feasible = Maximise(cost) > -1e-4;
    }

    /// <summary>The true values solve the equations, so this must hold: else the test has made a mistake.</summary>
    public bool Feasible { get; }

    public double Greatest(int unknown) => Extreme(unknown, 1);

    public double Least(int unknown) => -Extreme(unknown, -1);

    private double Extreme(int unknown, int sign)
    {
        var cost = new double[table.Length == 0 ? unknowns : table[0].Length - 1];
        cost[unknown] = sign;
        return Maximise(cost);
    }

    private double Maximise(double[] cost)
    {
        while (Entering(cost) is var column and >= 0)
        {
            if (Leaving(column) is not (var row and >= 0))
            {
                return double.PositiveInfinity;
            }

            Pivot(row, column);
        }

        return table.Select((line, at) => cost[basis[at]] * line[^1]).Sum();
    }

    // Artificial unknowns never come back once they have left.
    private int Entering(double[] cost)
    {
        for (var column = 0; column < unknowns; column++)
        {
            var gain = cost[column];
            for (var row = 0; row < table.Length; row++)
            {
                gain -= cost[basis[row]] * table[row][column];
            }

            if (gain > Tiny && Array.IndexOf(basis, column) < 0)
            {
                return column;
            }
        }

        return -1;
    }

    private int Leaving(int column)
    {
        var (best, least) = (-1, double.PositiveInfinity);
        for (var row = 0; row < table.Length; row++)
        {
            var isArtificial = basis[row] >= unknowns && Math.Abs(table[row][^1]) < Tiny;
            if (table[row][column] > Tiny || (isArtificial && Math.Abs(table[row][column]) > Tiny))
            {
                var ratio = isArtificial ? 0 : table[row][^1] / table[row][column];
                if (ratio < least - Tiny || (ratio < least + Tiny && best >= 0 && basis[row] < basis[best]))
                {
                    (best, least) = (row, ratio);
                }
            }
        }

        return best;
    }

    private void Pivot(int row, int column)
    {
        var by = table[row][column];
        for (var i = 0; i < table[row].Length; i++)
        {
            table[row][i] /= by;
        }

        foreach (var line in table.Where(line => line != table[row] && Math.Abs(line[column]) > 0))
        {
            var times = line[column];
            for (var i = 0; i < line.Length; i++)
            {
                line[i] -= times * table[row][i];
            }
        }

        basis[row] = column;
    }
}
