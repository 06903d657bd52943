using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace EwasteEpr.Kernel;

/// <summary>How our types travel to and from the database. Runs once, when the assembly is loaded.</summary>
/// <remarks>Enums are text with a CHECK: pass <c>.ToString()</c>, because Dapper sends enum parameters as integers.</remarks>
internal static class DapperSetup
{
#pragma warning disable CA2255 // The handlers are static state of Dapper: every program and test that loads this assembly needs them.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Run()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new Handler<Weight, long>(value => value.Grams, Weight.FromGrams));
        SqlMapper.AddTypeHandler(new Handler<OrganisationId, Guid>(value => value.Value, value => new OrganisationId(value)));
        SqlMapper.AddTypeHandler(new Handler<PersonId, Guid>(value => value.Value, value => new PersonId(value)));
        SqlMapper.AddTypeHandler(new Handler<AccountId, Guid>(value => value.Value, value => new AccountId(value)));
        SqlMapper.AddTypeHandler(new Handler<TransferId, Guid>(value => value.Value, value => new TransferId(value)));
        SqlMapper.AddTypeHandler(new Handler<InvoiceId, Guid>(value => value.Value, value => new InvoiceId(value)));
        SqlMapper.AddTypeHandler(new Handler<ReceiptId, Guid>(value => value.Value, value => new ReceiptId(value)));
        SqlMapper.AddTypeHandler(new Handler<PointId, Guid>(value => value.Value, value => new PointId(value)));
        SqlMapper.AddTypeHandler(new Handler<Bin, string>(value => value.Digits, Bin.Parse));
        SqlMapper.AddTypeHandler(new Handler<string[], string[]>(value => value, value => value));
        SqlMapper.AddTypeHandler(new DateOnlyHandler());
        SqlMapper.AddTypeHandler(new InstantHandler());
    }

    private sealed class Handler<T, TStored>(Func<T, TStored> store, Func<TStored, T> load) : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(IDbDataParameter parameter, T? value) => parameter.Value = value is null ? DBNull.Value : store(value);

        public override T Parse(object value) => load((TStored)value);
    }

    private sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.Value = value;
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date;
        }

        public override DateOnly Parse(object value) => value is DateOnly day ? day : DateOnly.FromDateTime((DateTime)value);
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) => value is DateTimeOffset instant ? instant : new DateTimeOffset((DateTime)value, TimeSpan.Zero);
    }
}
