using System.Diagnostics;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Kernel;

/// <summary>Each case has a data folder of its own; the watch of the test server clears up after a failure.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ewaste-tests-{Environment.ProcessId}-{Guid.CreateVersion7():N}");

    public EmbeddedPostgresTests()
    {
        Directory.CreateDirectory(folder);
        TestServer.StartWatch(Environment.ProcessId, folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Start_TheFirstTime_MakesADatabaseAndKeepsItsPasswordPrivate()
    {
        var server = await StartAsync();
        Assert.Equal("C.UTF-8", await AskAsync(server, "select datcollate from pg_database where datname = 'postgres'"));
        Assert.Equal("127.0.0.1", await AskAsync(server, "show listen_addresses"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "postgres.password")));
        await server.StopAsync();
        Assert.False(File.Exists(PidFile));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(server, "select 'x'"));
    }

    [Fact]
    public async Task Start_AfterAStop_HasTheDataStill()
    {
        var first = await StartAsync();
        await AskAsync(first, "create table kept (n int); select 'x'");
        await first.StopAsync();
        var second = await StartAsync();
        Assert.Equal("0", await AskAsync(second, "select count(*)::text from kept"));
        await second.StopAsync();
    }

    [Fact]
    public async Task Start_WhenTheStarterWasKilled_JoinsTheServerThatLivesOn()
    {
        var killed = await StartAsync();
        var process = ServerProcess();
        killed.Abandon();
        var joined = await StartAsync();
        Assert.Equal(process, ServerProcess());
        Assert.Equal("x", await AskAsync(joined, "select 'x'"));
        await joined.StopAsync();
        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task Start_AfterTheServerWasKilled_ListensWhereTheSiteStillLooks()
    {
        var site = await StartAsync();
        using (var server = Process.GetProcessById(int.Parse(ServerProcess(), System.Globalization.CultureInfo.InvariantCulture)))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        var verb = await StartAsync();
        Assert.Equal(site.ConnectionString, verb.ConnectionString);
        Assert.Equal("x", await AskAsync(site, "select 'x'"));
        await verb.StopAsync();
        Assert.Equal("x", await AskAsync(site, "select 'x'"));
        await site.StopAsync();
        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task Revive_AfterTheServerWasKilled_StartsItWhereEverybodyLooks_WithTheData()
    {
        var server = await StartAsync();
        await AskAsync(server, "create table kept (n int); insert into kept values (7); select 'x'");
        Assert.True(server.IsAlive);
        using (var process = Process.GetProcessById(int.Parse(ServerProcess(), System.Globalization.CultureInfo.InvariantCulture)))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.False(server.IsAlive);
        await server.ReviveAsync(CancellationToken.None);
        Assert.True(server.IsAlive);
        Assert.Equal("7", await AskAsync(server, "select n::text from kept"));
        var revived = ServerProcess();
        await server.ReviveAsync(CancellationToken.None);
        Assert.Equal(revived, ServerProcess());
        await server.StopAsync();
    }

    [Fact]
    public async Task Start_WhereNothingCanBeWritten_IsOneSentence()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "");
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(Path.Combine(folder, "file")), CancellationToken.None));
        Assert.Contains("EWASTE_DATA", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WhileAnotherProcessUsesTheServer_LeavesItRunning()
    {
        var site = await StartAsync();
        var verb = await StartAsync();
        await verb.StopAsync();
        Assert.Equal("x", await AskAsync(site, "select 'x'"));
        await site.StopAsync();
        Assert.False(File.Exists(PidFile));
    }

    [Fact]
    public async Task Start_FourAtOnceOnANewFolder_ShareOneServer()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));
        Assert.Single(servers.Select(server => server.ConnectionString).Distinct());
        await Task.WhenAll(servers.Select(server => server.StopAsync()));
        Assert.False(File.Exists(PidFile));
    }

    [Theory]
    [InlineData("999999\n")] // no such process
    [InlineData("self\n")] // the number was given to something else: ourselves
    [InlineData("")]
    [InlineData("garbage\n/somewhere\n")]
    public async Task Start_WithAStalePidFile_StartsAnew(string content)
    {
        var first = await StartAsync();
        var lines = await File.ReadAllLinesAsync(PidFile);
        await first.StopAsync();
        lines[0] = content.TrimEnd() == "self" ? $"{Environment.ProcessId}" : content.Split('\n')[0];
        await File.WriteAllLinesAsync(PidFile, content.Length > 0 ? lines : []);
        var second = await StartAsync();
        Assert.Equal("x", await AskAsync(second, "select 'x'"));
        await second.StopAsync();
    }

    [Fact]
    public async Task Start_AfterAnInitdbThatWasKilled_BeginsAgain()
    {
        Directory.CreateDirectory(Path.Combine(folder, "postgres.new"));
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres.new", "PG_VERSION"), "18");
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres.password"), "old");
        var server = await StartAsync();
        Assert.Equal("x", await AskAsync(server, "select 'x'"));
        await server.StopAsync();
    }

    [Fact]
    public async Task Start_WithoutTheLibraryLinks_MakesThemAgain()
    {
        var original = PostgresBinaries.FindNative()!;
        PostgresBinaries.LinkLibraries(original, folder);
        var native = Path.Combine(folder, "native");
        PostgresBinaries.CopyFolder(original, native);
        var links = Directory.EnumerateFiles(Path.Combine(original, "lib")).Where(file => new FileInfo(file).LinkTarget is not null)
            .Select(file => Path.Combine(native, "lib", Path.GetFileName(file))).ToList();
        Assert.NotEmpty(links);
        links.ForEach(File.Delete);
        PostgresBinaries.LinkLibraries(native, folder);
        Assert.All(links, link => Assert.NotNull(new FileInfo(link).LinkTarget));
        var server = await StartAsync(Path.Combine(native, "bin"));
        Assert.Equal("x", await AskAsync(server, "select 'x'"));
        await server.StopAsync();
    }

    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", false)]
    [InlineData("postgres (PostgreSQL) 17.9", false)]
    [InlineData("postgres (PostgreSQL) 18.4", true)]
    [InlineData("postgres (PostgreSQL) 19beta1", true)]
    [InlineData("something else", false)]
    public void AnOldServer_IsRefusedInOneSentence(string answer, bool accepted)
    {
        var bin = Path.Combine(folder, "bin");
        Directory.CreateDirectory(bin);
        File.WriteAllText(Path.Combine(bin, "postgres"), $"#!/bin/sh\necho '{answer}'\n");
        File.SetUnixFileMode(Path.Combine(bin, "postgres"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var binaries = PostgresBinaries.Find(bin, folder);
        if (accepted)
        {
            binaries.RequireVersion(18);
            return;
        }

        var refusal = Assert.Throws<EmbeddedPostgresException>(() => binaries.RequireVersion(18));
        Assert.Contains("EwasteEpr needs PostgreSQL 18 or newer", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task Start_WithAFolderThatHasNoServer_SaysWhatToDo()
    {
        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(folder));
        Assert.Contains("EWASTE_PG_BIN", refusal.Message);
    }

    [Fact]
    public async Task Start_WhenThePasswordFileIsGone_SaysSoAndTouchesNothing()
    {
        Directory.CreateDirectory(Path.Combine(folder, "postgres"));
        var refusal = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync());
        Assert.Contains("password file", refusal.Message);
        Assert.True(Directory.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>The test server's own promise: when a test process dies, however it dies, its server and folder go.</summary>
    [Fact]
    public async Task Watch_WhenTheProcessIsKilled_StopsTheServerAndDeletesTheFolder()
    {
        var mine = Path.Combine(folder, "watched");
        var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(mine, BinFolder), CancellationToken.None);
        using var victim = Process.Start("sleep", "600");
        TestServer.StartWatch(victim.Id, mine);
        victim.Kill();
        await victim.WaitForExitAsync();
        for (var i = 0; i < 200 && Directory.Exists(mine); i++)
        {
            await Task.Delay(50);
        }

        Assert.False(Directory.Exists(mine));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(server, "select 'x'"));
    }

    private static string? BinFolder => Environment.GetEnvironmentVariable("EWASTE_PG_BIN");

    private string PidFile => Path.Combine(folder, "postgres", "postmaster.pid");

    private Task<EmbeddedPostgres> StartAsync(string? bin = null) =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder, bin ?? BinFolder, ["fsync=off", "shared_buffers=16MB"]), CancellationToken.None);

    private string ServerProcess() => File.ReadLines(PidFile).First();

    private static async Task<string> AskAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
