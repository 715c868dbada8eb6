/** The settings in force, to read; they are changed in the file. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Card } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Table } from '../../components/Table';
import { t } from '../../texts';

export function SettingsPart() {
  const settings = useQuery(settingsQuery);
  const [filter, setFilter] = useState('');
  const columns = t.operator.columns;
  return (
    <Card title={t.operator.settings} about={t.operator.settingsAbout}>
      <TextField
        label={t.operator.filter}
        type="search"
        value={filter}
        onChange={setFilter}
        className="mb-4 max-w-sm"
      />
      <Asked of={settings}>
        {(list) => (
          <Table
            caption={t.operator.settings}
            stacks
            rows={list.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase()))}
            keyOf={({ name }) => name}
            columns={[
              {
                title: columns.setting,
                heads: true,
                cell: ({ name }) => <code className="text-[0.9rem] font-normal wrap-anywhere">{name}</code>,
              },
              {
                title: columns.value,
                cell: ({ value }) =>
                  value === 'null' ? (
                    <span className="text-soft">{t.operator.notSet}</span>
                  ) : (
                    <span className="wrap-anywhere max-sm:text-right">{value}</span>
                  ),
              },
            ]}
          />
        )}
      </Asked>
    </Card>
  );
}
