using System.Diagnostics;
using System.Globalization;

namespace EwasteEpr.Bench;

/// <summary>One line of <c>./bench</c>.</summary>
public abstract class Benchmark
{
    public const int Rounds = 5;

    public abstract string Name { get; }

    public abstract Task<BenchResult> RunAsync(BenchContext context);

    /// <summary>What a process of its own does, for figures such as peak memory.</summary>
    public virtual Task<int> RunChildAsync(string[] arguments) => throw new NotSupportedException($"{Name} needs no process of its own.");

    /// <summary>The number that a process of its own prints (see <see cref="RunChildAsync"/>), the middle one.</summary>
    protected async Task<double> MedianOfChildAsync(int rounds, params string[] arguments)
    {
        var numbers = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Benchmark).Assembly.Location, "--child", Name, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
            using var child = Process.Start(start)!;
            numbers.Add(double.Parse(await child.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture));
            await child.WaitForExitAsync();
        }

        numbers.Sort();
        return numbers[rounds / 2];
    }

    /// <summary>Seconds of the middle one of five runs, after one that warms up.</summary>
    protected static async Task<double> MedianSecondsAsync(Func<Task> run)
    {
        await run();
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await run();
            times[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    /// <summary>Ours and the ceiling in turns, so that a busy machine slows both.</summary>
    protected static Task<(double Ours, double Ceiling)> MedianSecondsInTurnsAsync(Func<Task> ours, Func<Task> ceiling) =>
        MedianSecondsInTurnsAsync(ours, ceiling, Rounds, Rounds);

    /// <param name="warmUps">A server is warm: our code must have been compiled for good, as the library's own loops are from the start. Runs of many seconds need one.</param>
    /// <param name="rounds">The middle one counts.</param>
    protected static async Task<(double Ours, double Ceiling)> MedianSecondsInTurnsAsync(Func<Task> ours, Func<Task> ceiling, int warmUps, int rounds)
    {
        for (var i = 0; i < warmUps; i++)
        {
            await ceiling();
            await ours();
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        var times = (Ours: new double[rounds], Ceiling: new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await ceiling();
            times.Ceiling[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
            from = Stopwatch.GetTimestamp();
            await ours();
            times.Ours[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
        }

        Array.Sort(times.Ours);
        Array.Sort(times.Ceiling);
        return (times.Ours[rounds / 2], times.Ceiling[rounds / 2]);
    }
}

/// <param name="Ours">In <paramref name="Unit"/>.</param>
/// <param name="AtMost">The ratio has an upper limit (memory, time) instead of a lower one (speed).</param>
public sealed record BenchResult(string Name, double Ours, double Ceiling, string Unit, double Must, double Good, bool AtMost = false)
{
    public double Ratio => Ours / Ceiling;

    public bool IsMet => AtMost ? Ratio <= Must : Ratio >= Must;

    public override string ToString()
    {
        var limit = AtMost ? "at most " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Ours:#,0.##} {Unit} / {Ceiling:#,0.##} {Unit} = {Ratio:0.000} (must {limit}{Must:0.##}, good {limit}{Good:0.##}){(IsMet ? "" : "  MISSED")}");
    }
}

/// <param name="Database">A server of its own.</param>
/// <param name="IsFull">Asked for by --full: minutes do not matter.</param>
public sealed record BenchContext(BenchDatabase Database, bool IsFull)
{
    /// <summary>For runs of many seconds each: three are enough to leave out one that was disturbed.</summary>
    public int LongRounds => IsFull ? Benchmark.Rounds : 3;
}
